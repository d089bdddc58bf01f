"""World files are read strictly: every flaw is a sentence with its place, and all of them are found at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.calls.strict import FormError
from app.developers.demo.loader import FILES
from app.developers.worlds.files import read_files
from app.developers.worlds.reading import read_world
from app.mines.models import STEPS

SMALL = Path("app/developers/worlds/small.yaml").resolve()


def flaws_of(document: dict) -> list[str]:
    with pytest.raises(FormError) as refused:
        read_world(document, ())
    return [str(flaw) for flaw in refused.value.flaws]


def test_every_flaw_is_named_with_its_place():
    found = flaws_of(
        {
            "colour": "red",
            "people": [{"key": "a", "name": "A"}, {"key": "b", "name": "B", "email": "b@x.example", "locale": "de"}],
            "proposals": [{"key": "p", "call": "C", "organisation": "o", "title": "T", "reaches": "flying"}],
            "calls": [{"file": "nowhere.yaml"}],
        }
    )
    assert [flaw.split(":")[0] for flaw in found] == [
        "colour",
        "people[0].email",
        "people[1].locale",
        "calls[0].file",
        "proposals[0].reaches",
    ]
    assert all(len(flaw) > 25 for flaw in found)


def test_count_makes_several_of_one():
    world = read_world({"people": [{"key": "p{n}", "name": "Person {n}", "email": "p{n}@x.example", "count": 3}]}, ())
    assert [p.key for p in world.people] == ["p1", "p2", "p3"]
    assert [p.email for p in world.people] == ["p1@x.example", "p2@x.example", "p3@x.example"]


def test_a_name_in_two_files_is_refused(tmp_path):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("password: something long\n")
    with pytest.raises(FormError, match="stands in two files"):
        read_files([tmp_path / "a.yaml", tmp_path / "b.yaml"])


def test_lists_of_several_files_are_taken_together(tmp_path):
    for key in ("a", "b"):
        (tmp_path / f"{key}.yaml").write_text(f"people: [{{key: {key}, name: N, email: {key}@x.example}}]\n")
    assert [p.key for p in read_files([tmp_path / "a.yaml", tmp_path / "b.yaml"]).people] == ["a", "b"]


def test_the_example_is_right():
    world = read_files([SMALL])
    assert world.proposals and world.calls and world.sites


def test_the_demonstration_invents_enough():
    """Figures of the field: half of the sites have fewer than 67 workers, gold leads, the official status is rare."""
    world = read_files(FILES)
    workers = sorted(site.facts["workers"] for site in world.sites)
    assert len(world.sites) == 24
    assert 60 <= workers[len(workers) // 2] <= 75
    assert {site.facts["country"] for site in world.sites} == {"CD", "RW", "UG", "CO", "BF", "PE", "BO"}
    gold = [site for site in world.sites if "gold" in site.facts["minerals"]]
    assert 10 <= len(gold) <= 14
    assert sum(site.facts["icglr_status"] is not None for site in world.sites) <= 5
    moves = [(a.step, b.step) for site in world.sites for a, b in zip(site.history, site.history[1:], strict=False)]
    assert any(STEPS.index(b) > STEPS.index(a) for a, b in moves)
    assert any(STEPS.index(b) < STEPS.index(a) for a, b in moves)
    assert sum(p.call == "EPRM-2020" for p in world.proposals) == 10
    assert {p.language for p in world.proposals} == {"en", "fr", "es"}
