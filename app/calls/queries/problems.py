"""What stands between answers and submitting them, as far as the database must be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.calls import form_schema
from app.calls.form_schema import Form, Problem
from app.calls.form_schema.places import sites_named
from app.mines.queries import sites_by_reference
from workflows.machine import N_


def problems_of(form: Form, answers: Mapping[str, Any], file_counts: Mapping[str, int]) -> list[Problem]:
    """Everything that stands between these answers and submitting them, mine sites that nobody registered too."""
    return [*form_schema.problems(form, answers, file_counts), *unknown_sites(form, answers)]


def unknown_sites(form: Form, answers: Mapping[str, Any], section_id: str = "") -> list[Problem]:
    """Answers that name a site which the registry does not have; asks the database only when a site is named."""
    asked = form_schema.asked_answers(form, answers)
    named = [entry for entry in sites_named(form, asked) if section_id in {"", entry[0].id}]
    known = sites_by_reference(entry[3] for entry in named) if named else {}
    message = N_("The registry has no mine site %(reference)s.")
    return [
        Problem(section.id, question.id, message, {"reference": reference}, name)
        for section, question, name, reference in named
        if reference not in known
    ]
