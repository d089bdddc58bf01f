"""How every command runs: inside the application, in one transaction, with errors as sentences."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

import click
from flask.cli import with_appcontext

from app.calls.strict import FormError
from app.core.db import unit_of_work
from app.core.errors import DomainError
from app.developers.worlds.diary import WorldError
from app.extensions import db

Command = Callable[..., Any]


def say(*sentences: str) -> None:
    """Print sentences, one to a line."""
    for sentence in sentences:
        click.echo(sentence)


def fail(*sentences: str) -> NoReturn:
    """Print sentences as errors and end with exit code 1."""
    for sentence in sentences:
        click.echo(sentence, err=True)
    raise SystemExit(1)


def reads(command: Command) -> Command:
    """Run a command that changes nothing: whatever it touched is rolled back."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        finally:
            db.session.rollback()

    return with_appcontext(run)


def writes(command: Command) -> Command:
    """Run a command in one transaction that is committed once, at its end; an error keeps nothing and is worded."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            with unit_of_work():
                command(*args, **kwargs)
        except (DomainError, FormError, WorldError) as error:
            raise click.ClickException(str(error)) from error

    return with_appcontext(run)
