"""``python -m tests.walkthrough [--services]``: play everything, print the table, exit 1 on any difference."""

from __future__ import annotations

import argparse
import signal
import sys

from tests.walkthrough import acts
from tests.walkthrough.instance import Instance, wants_services
from tests.walkthrough.mailbox import Mailbox
from tests.walkthrough.play import Play
from tests.walkthrough.report import PlayEnded, Report, say


class Stopped(BaseException):
    """Somebody asked the walkthrough to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _stop(number: int, _frame: object) -> None:
    raise Stopped(number)


def main() -> int:
    """Start the instance, play the acts in order, close the report."""
    parser = argparse.ArgumentParser(prog="walkthrough", description=__doc__)
    parser.add_argument("--services", action="store_true", help="run on PostgreSQL, Redis, RQ workers and SMTP")
    parser.add_argument("--until", default="", help="stop after the act whose name begins so (for writing acts)")
    chosen = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    report = Report()
    try:
        with Instance(services=chosen.services or wants_services()) as instance:
            say(f"An instance runs on {instance.description}")
            perform(Play(instance, report, Mailbox(instance.mails)), chosen.until)
            report.close()
            if report.failed:
                instance.print_logs()
    except Stopped as stopped:
        say(f"\nStopped by {signal.Signals(stopped.number).name}; nothing is left behind.")
        return 128 + stopped.number
    return 1 if report.failed else 0


def perform(play: Play, until: str) -> None:
    """Play one act after the other; a failed step that others build on ends it."""
    for act in acts.in_order():
        play.report.heading(acts.title(act))
        try:
            act.perform(play)
            play.instance.check_alive()
        except PlayEnded:
            return
        if until and act.__name__.rsplit(".", 1)[1].startswith(until):
            return


if __name__ == "__main__":
    sys.exit(main())
