"""Every event is told or kept for the audit on purpose; every wording exists and uses only what its readers may see."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from jinja2 import meta

from app.notifications import audience, context
from app.notifications.catalogue import AUDIT_ONLY, CATALOGUE, EMAIL, UnknownEvent, tellings
from app.notifications.wording import folder
from config import ROOT
from workflows.catalogue import WORKFLOWS

EMITTED = {move.emits for workflow in WORKFLOWS.values() for move in workflow.moves if move.emits}
ALL = [(name, telling) for name, group in CATALOGUE.items() for telling in group]
IDS = [f"{name}/{telling.side}" for name, telling in ALL]
FRAME = {"link", "home", "instance", "lang", "name"}
PROGRAMME_ONLY = {"reviewer"}
OUTSIDE = (
    audience.applicants,
    audience.applicants_addressed,
    audience.applicants_when_decided_by_somebody,
    audience.applicants_of_call,
    audience.possible_applicants,
    audience.signatories,
    audience.signers,
    audience.asked_to_lead,
    audience.who_take_part,
    audience.grantee,
    audience.the_person,
    audience.invitee,
)


def published() -> set[str]:
    """The names of all events that the application's code publishes outside workflows."""
    found = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            is_call = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "publish"
            )
            if is_call and node.args and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


def test_every_event_is_in_the_catalogue_or_for_the_audit_only():
    known = set(CATALOGUE) | AUDIT_ONLY
    assert EMITTED | published() <= known
    assert not set(CATALOGUE) & AUDIT_ONLY


def test_the_catalogue_names_no_event_that_nothing_makes():
    from app.notifications import reminders

    groups = [group for name, group in vars(reminders).items() if name.endswith("_STEPS")]
    reminded = {step.event for group in groups for step in group}
    assert (set(CATALOGUE) | AUDIT_ONLY) - EMITTED - published() - reminded == set()


def test_an_unknown_event_is_an_error():
    with pytest.raises(UnknownEvent):
        tellings("moon.risen")


def test_every_folder_of_wording_belongs_to_a_telling():
    root = ROOT / "templates" / "email"
    folders = {str(path.parent.relative_to(root)) for path in root.rglob("subject.txt")}
    assert folders == {folder(name, telling.side) for name, telling in ALL}


@pytest.mark.parametrize(("name", "telling"), ALL, ids=IDS)
def test_a_mail_has_three_texts_and_a_notice_one(name, telling):
    path = ROOT / "templates" / "email" / folder(name, telling.side)
    wanted = {"subject.txt"} | ({"body.txt", "body.html"} if EMAIL in telling.channels else set())
    assert {p.name for p in path.iterdir() if p.is_file()} == wanted


def used(app, where: str, part: str) -> set[str]:
    source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, f"email/{where}/{part}")
    return meta.find_undeclared_variables(app.jinja_env.parse(source)) - {"_"}


@pytest.mark.parametrize(("name", "telling"), ALL, ids=IDS)
def test_a_wording_uses_only_what_its_readers_may_see(base_app, name, telling):
    where = folder(name, telling.side)
    parts = [p.name for p in (ROOT / "templates" / "email" / where).iterdir() if p.is_file()]
    for part in parts:
        frame = FRAME if part != "subject.txt" else set()
        assert used(base_app, where, part) <= set(telling.values) | frame, part
    everything = set().union(*(used(base_app, where, part) for part in parts))
    if EMAIL in telling.channels:
        assert set(telling.values) <= everything, "a value that the wording does not use"
    if telling.audience in OUTSIDE:
        assert not set(telling.values) & PROGRAMME_ONLY


def test_every_value_of_the_catalogue_can_be_made():
    assert {value for _, telling in ALL for value in telling.values} == set(context.FIELDS)


@pytest.mark.parametrize("part", ["body.txt", "body.html"])
def test_text_and_html_say_the_same(base_app, part):
    """Both forms of every mail are made of the same sentences."""
    for name, telling in ALL:
        if EMAIL in telling.channels:
            where = Path(ROOT / "templates" / "email" / folder(name, telling.side))
            sentences = {p: sorted(_sentences(where / p)) for p in ("body.txt", "body.html")}
            subject = _sentences(where / "subject.txt")
            assert sentences["body.html"] == sorted([*sentences["body.txt"], *subject]), name


def _sentences(path: Path) -> list[str]:
    return [part.split("') }}")[0].split("', ")[0] for part in path.read_text().split("_('")[1:]]
