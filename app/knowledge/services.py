"""Loading the published history from the file that is kept with the code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from app.extensions import db
from app.knowledge import queries
from app.knowledge.models import PublishedProject

HISTORY = Path(__file__).with_name("history.yaml")
FIELDS = ("title", "area", "minerals", "partners", "period", "figures", "source")


def load_history() -> int:
    """Bring the published history to what the file says; running it again changes nothing. Returns how many projects."""
    entries: list[dict[str, Any]] = yaml.safe_load(HISTORY.read_text(encoding="utf-8"))
    known = {project.slug: project for project in queries.all_projects()}
    for entry in entries:
        project = known.pop(entry["slug"], None) or PublishedProject(slug=entry["slug"])
        for name in FIELDS:
            value = entry.get(name, "")
            if getattr(project, name) != value:
                setattr(project, name, value)
        db.session.add(project)
    for gone in known.values():
        db.session.delete(gone)
    db.session.flush()
    return len(entries)
