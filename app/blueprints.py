"""The table of packages: the kinds each has that the application must load, and the prefix of its addresses."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from app.dashboard import viewer
from app.developers.commands import assay
from app.web import permissions, rendering

# package: (prefix, kinds). A kind that is named and missing stops the start; tests/architecture compares with the files.
PACKAGES: dict[str, tuple[str, str]] = {
    "identity": ("", "models policy views"),
    "mines": ("/mine-sites", "models policy views"),
    "calls": ("/calls", "models policy views"),
    "proposals": ("/proposals", "models policy views"),
    "reviews": ("/reviews", "models policy views"),
    "decisions": ("/decisions", "models policy views"),
    "projects": ("/projects", "models policy views"),
    "knowledge": ("/history", "models views"),
    "notifications": ("/notifications", "models policy views"),
    "public": ("", "views"),
    "api": ("/api/v1", "views"),
    "admin": ("/admin", "policy views"),
    "dashboard": ("", "models policy views"),
    "developers": ("/dev", "views"),
}
NOT_IN_PRODUCTION = frozenset({"developers"})


def register(app: Flask) -> None:
    """Load every package's models, use its policy, attach its blueprint (``views.bp``) and the commands."""
    in_production = app.extensions["settings"].is_production
    for package, (prefix, kinds) in PACKAGES.items():
        for kind in kinds.split():
            if kind == "views" and in_production and package in NOT_IN_PRODUCTION:
                continue
            part = import_module(f"app.{package}.{kind}")
            if kind == "policy":
                permissions.use([part])
            elif kind == "views":
                app.register_blueprint(part.bp, url_prefix=prefix or None)
    app.cli.add_command(assay)
    rendering.use_viewer(viewer.build)
