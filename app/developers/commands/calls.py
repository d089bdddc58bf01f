"""``call import`` and ``call export``: a call for proposals from its YAML file, and back."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from app.calls import document as documents
from app.calls import queries, services
from app.calls.models import Call
from app.core.errors import Invalid
from app.core.types import SYSTEM_ACTOR
from app.developers.commands.running import fail, reads, say, writes
from app.identity import queries as identity
from app.identity.services import as_actor
from workflows.machine import N_

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("call", help="Calls for proposals.")
def call_group() -> None:
    """Group of the commands about calls."""


@call_group.command("import")
@click.argument("file", type=A_FILE)
@click.option("--opens", type=click.DateTime(["%Y-%m-%d"]), help="Move every date so that the call opens on this day.")
@click.option("--publish-as", "manager", help="Publish it at once as this manager (e-mail address).")
@writes
def import_call(file: Path, opens: datetime | None, manager: str | None) -> None:
    """Make a draft call of FILE, or replace the draft of the same code."""
    document = documents.read_yaml(file.read_bytes())
    if opens is not None:
        document = documents.move_dates(document, date(opens.year, opens.month, opens.day))
    call = services.import_call(document=document, actor=SYSTEM_ACTOR)
    say(f"The call {call.code} is imported as a draft of the programme {call.programme.code}.")
    say(*(_stage_sentence(call, number) for number in range(len(call.stages))))
    if manager is not None:
        _publish(call, manager)


@call_group.command("export")
@click.argument("code")
@reads
def export_call(code: str) -> None:
    """Print the call CODE as the file that would make it."""
    call = queries.call_by_code(code)
    if call is None:
        fail(f"There is no call {code}.")
    say(documents.write_yaml(services.document_of(call)).rstrip())


def _stage_sentence(call: Call, number: int) -> str:
    stage = call.stages[number]
    return f"Stage {stage.key}: {stage.opens_wall} to {stage.closes_wall} ({call.zone})."


def _publish(call: Call, email: str) -> None:
    person = identity.person_by_email(email)
    if person is None:
        raise Invalid(N_("There is no account with the address %(email)s."), email=email)
    services.publish(call=call, actor=as_actor(person))
    services.open_due_calls()
    say(f"{person.name} has published it.")


COMMANDS = (call_group,)
