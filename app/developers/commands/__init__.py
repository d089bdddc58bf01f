"""The command line ``flask --app wsgi assay …``; each command says in plain sentences what it did."""

from __future__ import annotations

from flask.cli import AppGroup

from app.developers.commands import checks, diagrams, routes

assay = AppGroup("assay", help="Everything that is done to an Assay installation from the command line.")

for part in (checks, diagrams, routes):
    for command in part.COMMANDS:
        assay.add_command(command)
