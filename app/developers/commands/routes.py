"""``routes --access``: every route with its methods and its access mark."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from app.developers.commands.running import say
from app.web import permissions

AUTOMATIC = frozenset({"HEAD", "OPTIONS"})


@click.command("routes")
@click.option("--access", is_flag=True, help="Show who may use each route.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@with_appcontext
def routes(access: bool, as_json: bool) -> None:
    """List every route; with --access also its action and the relations that may do it."""
    rows: list[dict[str, Any]] = list(route_rows())
    if as_json:
        say(json.dumps(rows, indent=1))
        return
    for row in rows:
        line = f"{row['rule']:<60} {','.join(row['methods']):<10} {row['endpoint']:<42}"
        say(f"{line} {_access_words(row)}".rstrip() if access else line.rstrip())


def route_rows() -> Iterator[dict[str, object]]:
    """One plain record for every route, by address."""
    actions = permissions.actions()
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint)):
        mark = getattr(current_app.view_functions[rule.endpoint], "access", None)
        action = mark.action if mark else None
        yield {
            "endpoint": rule.endpoint,
            "rule": rule.rule,
            "methods": sorted((rule.methods or set()) - AUTOMATIC),
            "access": "unmarked" if mark is None else "action" if action else "public",
            "action": action,
            "relations": sorted(actions.get(action or "", ())),
            "logged_read": bool(mark and mark.logged_read),
        }


def _access_words(row: dict[str, object]) -> str:
    if row["access"] != "action":
        return str(row["access"])
    return f"{row['action']}: {', '.join(row['relations'])}"  # type: ignore[arg-type]


COMMANDS = (routes,)
