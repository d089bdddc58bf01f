"""``user create``: an account from the command line, for the first manager of an installation and for trials."""

from __future__ import annotations

import click

from app.core.errors import Invalid
from app.core.types import SYSTEM_ACTOR
from app.developers.commands.running import say, writes
from app.identity import queries, services
from workflows.actors import PROGRAMME_ROLES
from workflows.machine import N_


@click.group("user", help="Accounts.")
def user() -> None:
    """Group of the commands about accounts."""


@user.command("create")
@click.option("--email", required=True, help="Address to sign in with.")
@click.option("--name", required=True, help="Name that others see.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when left out.")
@click.option("--role", "roles", multiple=True, type=click.Choice(PROGRAMME_ROLES), help="May be repeated.")
@click.option("--programme", "programme_code", help="Code of the programme in which the roles hold.")
@writes
def create_user(email: str, name: str, password: str, roles: tuple[str, ...], programme_code: str | None) -> None:
    """Create an account with a confirmed address, and give it roles in a programme."""
    if roles and not programme_code:
        raise Invalid(N_("Roles belong to a programme: name it with --programme."))
    programme = queries.programme_by_code(programme_code) if programme_code else None
    if programme_code and programme is None:
        raise Invalid(N_("There is no programme %(code)s."), code=programme_code)
    person = services.create_person(email=email, name=name, password=password, verified=True)
    for role in roles:
        assert programme is not None
        services.grant_role(programme=programme, person=person, role=role, actor=SYSTEM_ACTOR)
    held = f" and is {', '.join(r.replace('_', ' ') for r in roles)} of {programme_code}" if roles else ""
    say(f"{person.name} can sign in as {person.email}{held}.")


COMMANDS = (user,)
