"""The command line ``flask --app wsgi assay …``; each command says in plain sentences what it did."""

from __future__ import annotations

from flask.cli import AppGroup

from app.developers.commands import accounts, calls, checks, demo, diagrams, files, forms, receipts, routes, worlds

assay = AppGroup("assay", help="Everything that is done to an Assay installation from the command line.")

for part in (accounts, calls, checks, demo, diagrams, files, forms, receipts, routes, worlds):
    for command in part.COMMANDS:
        assay.add_command(command)
