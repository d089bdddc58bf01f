"""Where the project's own sources lie, for the sweeps."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "workflows")
TEMPLATES = ROOT / "templates"


def python_files(*packages: str) -> list[Path]:
    """The project's Python files, tests and migrations left out."""
    folders = packages or PACKAGES
    found = [p for folder in folders for p in sorted((ROOT / folder).rglob("*.py"))]
    return [*found, *([ROOT / "config.py", ROOT / "wsgi.py"] if not packages else [])]


@lru_cache(maxsize=512)
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(), filename=str(path))


def name_of(path: Path) -> str:
    """A path as people say it."""
    return str(path.relative_to(ROOT))


def template_files() -> list[Path]:
    """Every template."""
    return sorted(p for p in TEMPLATES.rglob("*") if p.is_file() and p.suffix in {".html", ".txt"})
