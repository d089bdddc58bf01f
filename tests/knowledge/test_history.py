"""The published history: loaded from its file, told with its sources, apart from everything else."""

from __future__ import annotations

import pytest
import yaml
from sqlalchemy import inspect, select

from app.extensions import db
from app.knowledge import queries
from app.knowledge.models import PublishedProject
from app.knowledge.services import HISTORY, load_history
from app.mines.vocabulary import MINERALS
from tests.client import soup, text_of


@pytest.fixture
def history(session):
    count = load_history()
    session.commit()
    return count


def test_loading_again_changes_nothing(session, history):
    before = {p.slug: p.id for p in queries.all_projects()}
    assert load_history() == history == len(before) == 10
    assert not session.dirty and not session.new
    assert {p.slug: p.id for p in queries.all_projects()} == before


def test_loading_brings_back_what_the_file_says(session, history):
    project = queries.project_by_slug("golden-roots")
    project.title = "Changed"
    session.add(PublishedProject(slug="invented", title="X", area="X", source="X"))
    session.flush()
    load_history()
    assert queries.project_by_slug("golden-roots").title.startswith("Golden Roots")
    assert queries.project_by_slug("invented") is None


def test_every_entry_has_a_source_and_known_minerals():
    entries = yaml.safe_load(HISTORY.read_text(encoding="utf-8"))
    assert len({e["slug"] for e in entries}) == len(entries)
    for entry in entries:
        assert entry["source"].strip() and entry["title"] and entry["area"]
        assert entry["minerals"] and set(entry["minerals"]) <= set(MINERALS)


def test_history_is_linked_to_nothing():
    """No key leads from the history to anything else, nor back."""
    table = PublishedProject.__table__
    assert not table.foreign_keys and not inspect(PublishedProject).relationships
    assert not [k for t in db.metadata.tables.values() for k in t.foreign_keys if k.column.table is table]


def test_the_list_and_one_project(client, history):
    answer = client.get("/history/")
    page = text_of(answer)
    assert "Published history" in page and "Responsible Kenyan Gold" in page
    assert len(soup(answer).select("li.item")) == 10
    page = text_of(client.get("/history/responsible-kenyan-gold"))
    for wanted in ("Kenya (Migori, Kakamega)", "GROOTS Kenya", "January 2018 – December 2020", "blog/view/53241074"):
        assert wanted in page
    assert "The source does not say." in text_of(client.get("/history/cadd-upstream-framework"))
    assert client.get("/history/no-such-project").status_code == 404


@pytest.mark.parametrize(
    ("mineral", "count"), [("tin", 2), ("gold", 9), ("tantalum", 2), ("", 10), ("cheese", 10), ("%", 10)]
)
def test_filter_by_mineral(client, history, mineral, count):
    answer = client.get("/history/", query_string={"mineral": mineral})
    assert len(soup(answer).select("li.item")) == count


def test_nothing_loaded_says_so(client, session):
    assert "Nothing is published yet" in text_of(client.get("/history/"))
    assert not session.scalars(select(PublishedProject)).all()
