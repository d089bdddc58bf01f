"""Every workflow: sound, worded, drawn, and its events heard or known to be for the audit trail only."""

import dataclasses
import inspect

import pytest

from tests.architecture.sources import ROOT
from workflows.catalogue import WORKFLOWS

ALL = list(WORKFLOWS.values())
TERMINAL = {
    "refused",
    "taken_back",
    "archived",
    "awarded",
    "declined",
    "withdrawn",
    "ineligible",
    "recused",
    "conflicted",
    "final",
    "announced",
    "completed",
    "terminated",
    "verified",
    "waived",
    "paid",
    "cancelled",
    "accepted",
    "advised",
}


def test_every_machine_file_is_in_the_catalogue():
    files = {p.stem for p in (ROOT / "workflows").glob("*.py")} - {
        "__init__",
        "actors",
        "machine",
        "catalogue",
        "diagram",
    }
    import importlib

    from workflows.machine import Workflow

    found = {
        value.name
        for stem in files
        for value in vars(importlib.import_module(f"workflows.{stem}")).values()
        if isinstance(value, Workflow)
    }
    assert found == set(WORKFLOWS)


@pytest.mark.parametrize("workflow", ALL, ids=lambda w: w.name)
def test_states_are_reachable_and_worded(workflow):
    assert workflow.reachable() == set(workflow.states)
    assert all(s.label and s.public_label and s.category for s in workflow.states)
    ends = {
        s.value
        for s in workflow.states
        if not any(s in m.sources and m.target not in {None, s} for m in workflow.moves)
    }
    assert ends <= TERMINAL, f"dead ends: {ends - TERMINAL}"


@pytest.mark.parametrize("workflow", ALL, ids=lambda w: w.name)
def test_moves_are_verbs_and_events_are_participles(workflow):
    for move in workflow.moves:
        assert move.label and move.label[0].isupper()
        if move.emits:
            noun, _, word = move.emits.partition(".")
            assert noun and word and noun.isidentifier() and word.isidentifier()


@pytest.mark.parametrize("workflow", ALL, ids=lambda w: w.name)
def test_guards_answer_with_words_or_nothing(workflow):
    """Each guard takes the workflow's facts alone; its refusals are sentences."""
    for move in workflow.moves:
        for guard in move.needs:
            assert len(inspect.signature(guard).parameters) == 1


def test_every_event_is_heard_or_audit_only(base_app):
    from app.notifications import catalogue

    emitted = {m.emits for w in ALL for m in w.moves if m.emits}
    heard = set(catalogue.CATALOGUE) | set(catalogue.AUDIT_ONLY)
    assert not emitted - heard, f"nobody thought of: {sorted(emitted - heard)}"
    assert not set(catalogue.CATALOGUE) & set(catalogue.AUDIT_ONLY)


def test_every_mailed_event_has_its_wording(base_app):
    """An event that is mailed has subject, text and HTML (per side); one shown in the application has a subject."""
    from app.notifications import catalogue

    for event, tellings in catalogue.CATALOGUE.items():
        for telling in tellings:
            folder = ROOT / "templates" / "email" / event / telling.side
            wanted = {"subject.txt"} | ({"body.txt", "body.html"} if catalogue.EMAIL in telling.channels else set())
            assert wanted <= {p.name for p in folder.iterdir()}, f"{event} {telling.side}"
    folders = {p.name for p in (ROOT / "templates" / "email").iterdir() if p.is_dir()}
    assert folders <= set(catalogue.CATALOGUE), "a folder of an event that nobody hears"


def test_facts_are_frozen():
    for path in (ROOT / "workflows").glob("*.py"):
        import importlib

        module = importlib.import_module(f"workflows.{path.stem}")
        for name, value in vars(module).items():
            if name.endswith("Facts") and inspect.isclass(value):
                assert dataclasses.is_dataclass(value) and value.__dataclass_params__.frozen


def test_diagram_document_is_current():
    from workflows.diagram import document

    written = (ROOT / "docs" / "workflows.md").read_text()
    assert written == document(), "run: flask --app wsgi assay workflows diagram --write docs/workflows.md"
