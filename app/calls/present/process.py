"""How a call handles its proposals, in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext, ngettext

from app.calls.models import Call


def process_lines(call: Call) -> Iterable[str]:
    """How applications are handled, in sentences."""
    process = call.process
    yield ngettext(
        "Each full proposal is scored by at least %(num)s reviewer.",
        "Each full proposal is scored by at least %(num)s reviewers, independently of each other.",
        process["reviews_wanted"],
    )
    if process["blind"] != "none":
        yield gettext("Applicants do not learn who the reviewers are.")
    if process["discussion"]:
        yield gettext("Reviewers whose totals lie far apart talk about the difference.")
    if process["sign_off"]:
        yield gettext("A second person of the applicant signs off before it is submitted.")
    if late := int(process.get("late_minutes", 0)):
        yield ngettext(
            "A draft begun before the closing time may still be submitted up to %(num)s minute late; it is marked as late.",
            "A draft begun before the closing time may still be submitted up to %(num)s minutes late; it is marked as late.",
            late,
        )
    yield gettext("A returned proposal may be corrected within %(days)s days.", days=process["correction_days"])
    if process["reserve_list"]:
        yield gettext("Good proposals for which no money is left go on a reserve list of this call.")
    parts = " + ".join(f"{percent} %" for percent in process["tranches"])
    yield gettext("The grant is paid in tranches: %(parts)s.", parts=parts)
