"""The table of packages: URL prefix of their blueprints, and the policies that answer for their actions."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from app.web import permissions, rendering

PREFIXES = {
    "identity": "",
    "mines": "/mine-sites",
    "calls": "/calls",
    "proposals": "/proposals",
    "reviews": "/reviews",
    "decisions": "/decisions",
    "projects": "/projects",
    "knowledge": "/history",
    "notifications": "/notifications",
    "public": "",
    "api": "/api/v1",
    "admin": "/admin",
    "dashboard": "",
    "developers": "/dev",
}


def _part(package: str, kind: str):  # type: ignore[no-untyped-def]
    name = f"app.{package}.{kind}"
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None


def register(app: Flask) -> None:
    """Import every package's models, use its policy, attach its blueprint (``views.bp``) and its commands."""
    for package, prefix in PREFIXES.items():
        _part(package, "models")
        if policy := _part(package, "policy"):
            permissions.use([policy])
        if package == "developers" and app.extensions["settings"].is_production:
            continue
        views = _part(package, "views")
        if hasattr(views, "bp"):
            app.register_blueprint(views.bp, url_prefix=prefix or None)
    if commands := _part("developers", "commands"):
        app.cli.add_command(commands.assay)
    if viewer := _part("dashboard", "viewer"):
        rendering.use_viewer(viewer.build)
