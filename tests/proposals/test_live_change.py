"""Forms that change at random under random drafts, with saves in between, also from pages of earlier forms.

Nothing that was ever saved may go away, unless the person replaced it on a page that showed it: it is on the section pages
or among the kept answers, with the words it was given in.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from app.calls import services as calls
from app.calls.form_schema import Question, is_empty
from app.calls.present import QuestionView
from app.core.types import SYSTEM_ACTOR, Money
from app.extensions import db
from app.proposals import queries, services
from app.proposals.models import StageSubmission
from app.proposals.posted import MOST, Posted
from app.proposals.present.kept import kept_views
from app.proposals.present.writing import section_page
from app.proposals.queries.forms import MARK
from app.web.filters import day
from tests.factories.calls import RUBRIC, call_document, change_form, make_call, question, section
from tests.factories.proposals import make_proposal
from tests.proposals.conftest import owner
from tests.proposals.forms_at_random import changed, some_section

_token = itertools.count(100)


def typed_for(asked: Question, rng: random.Random) -> tuple[dict[str, list[str]], list[str]]:
    """Fields that answer a question, and the words by which the answer is known again."""
    if asked.kind in {"table", "budget"}:
        fields: dict[str, list[str]] = {}
        tokens: list[str] = []
        keys = [o.id for o in asked.options] if asked.kind == "budget" else ["rowa", "rowb"]
        for key in rng.sample(keys, rng.randint(1, len(keys))):
            for column in rng.sample(asked.columns, rng.randint(1, len(asked.columns))):
                value, words = plain(column, rng)
                fields[f"{asked.id}.{key}.{column.id}"] = value
                tokens += words
        return fields, tokens
    value, words = plain(asked, rng)
    return {asked.id: value}, words


def plain(asked: Question, rng: random.Random) -> tuple[list[str], list[str]]:
    number = next(_token)
    if asked.kind in {"choice", "choices"}:
        most = 1 if asked.kind == "choice" else len(asked.options)
        chosen = rng.sample([o.id for o in asked.options], rng.randint(1, most))
        return chosen, [f"Label-{ident}" for ident in chosen]
    if asked.kind == "yes_no":
        word = rng.choice(("yes", "no"))
        return [word], []
    word = {"integer": str(number), "money": f"{number}.00", "email": f"t{number}@example.org"}.get(asked.kind)
    if asked.kind == "date":
        word = f"{2000 + number % 150:04d}-01-{1 + number % 27:02d}"
    return [word or f"token{number}"], [word or f"token{number}"]


def said(view: QuestionView) -> Iterator[str]:
    """The words by which what a view shows is known again."""
    for row in view.rows:
        for one in row:
            yield from said(one)
    value = view.value
    if view.options:
        chosen = {str(v) for v in (value if isinstance(value, list) else [value])}
        yield from (str(label) for ident, label in view.options if str(ident) in chosen)
    if isinstance(value, Money):
        yield f"{value.amount:f}"
    elif isinstance(value, dict):
        yield str(value.get("amount", ""))
    elif value is not None:
        yield from (str(v) for v in (value if isinstance(value, list) else [value]))


def readable(submission: StageSubmission) -> set[str]:
    """Everything that the applicant's pages show of the answers."""
    form = queries.form_of(submission)
    pages = [section_page(submission, one, "en") for one in form.sections]
    views = [view for page in pages for view in page.questions]
    kept = kept_views(submission, "en", [])
    assert len({k.reading.id for k in kept}) == len(kept)
    words = {word for view in [*views, *(k.reading for k in kept)] for word in said(view)}
    return words | {word.removesuffix(" (no longer offered)") for word in words}


def words_of(asked: Question, answer: Any, cells: set[tuple[str, str]] | None = None) -> list[str]:
    """The words of an answer as a page of this form shows it, each as often as it stands there; ``cells`` picks some of
    a table."""
    if asked.kind in {"table", "budget"}:
        rows = answer.items() if isinstance(answer, dict) else ((row.get("_id"), row) for row in answer or ())
        return [
            word
            for key, row in rows
            for column in asked.columns
            if cells is None or (key, column.id) in cells
            for word in words_of(column, row.get(column.id))
        ]
    if is_empty(answer):
        return []
    values = answer if isinstance(answer, list) else [answer]
    labels = {o.id: f"Label-{o.id}" for o in asked.options}
    return [
        labels.get(str(v), f"Label-{v}" if asked.options else str(v))
        if not isinstance(v, dict)
        else str(v.get("amount"))
        for v in values
    ]


def written(word: str) -> str:
    """A day as a reader sees it."""
    try:
        return day(date.fromisoformat(word))
    except ValueError:
        return word


class Draft:
    """A draft under a form that changes, and what has been saved into it and not been replaced by its writer."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.document = {"sections": [some_section(rng), some_section(rng), section("fixed", question("title"))]}
        rubric = deepcopy(RUBRIC)
        for criterion in (c for part in rubric["sections"] for c in part["criteria"]):
            criterion.pop("sections", None)
        only = {"key": "only", "form": self.document, "checks": [], "rubric": rubric}
        full = {**call_document()["stages"][1], **only}
        self.call = make_call(stages=[full], rules={"answers": {}})
        self.document = deepcopy(self.call.stages[0].form_version.document)
        self.proposal = make_proposal("draft", call=self.call)
        self.ident = self.proposal.stages[0].id
        self.actor = owner(self.proposal)
        self.graveyard: list[dict[str, Any]] = []
        self.expected: list[str] = []

    @property
    def submission(self) -> StageSubmission:
        found = queries.get_stage_submission(self.ident)
        assert found is not None
        return found

    def change(self) -> None:
        new = changed(self.document, self.rng, self.graveyard, calls.ids_ever(self.submission.call_stage))
        if new == self.document:
            return
        stage = self.submission.proposal.call.stages[0]
        draft = change_form(stage.call, "only", new)
        services.apply_form(
            stage=stage,
            draft=draft,
            reason="Random.",
            actor=SYSTEM_ACTOR,
            expected_version=draft.version,
            base=stage.form_version.sha256,
        )
        db.session.expire_all()
        self.document = new

    def save(self) -> None:
        submission, rng = self.submission, self.rng
        marks = [queries.form_mark(submission), *(sha[:MARK] for sha in submission.earlier_forms)]
        mark = rng.choice([marks[0], *marks])
        asked = queries.form_of_page(submission, mark)
        page = rng.choice(asked.form.sections)
        shown = services.answers_on_page(submission, asked)
        fields: dict[str, list[str]] = {}
        new: list[str] = []
        for one in rng.sample(page.questions, rng.randint(1, len(page.questions))):
            typed, tokens = typed_for(one, rng)
            self.replace(one, shown.get(one.id), set(typed))
            fields |= typed
            new += tokens
        bases = dict.fromkeys(fields, MOST)
        posted = Posted(fields, bases=bases, section_id=page.id, form_mark=mark)
        services.save_page(submission=submission, page=posted, actor=self.actor)
        self.expected += new
        db.session.expire_all()

    def replace(self, one: Question, answer: Any, names: set[str]) -> None:
        """The writer sees these words and puts others in their place."""
        cells = {(n.split(".")[1], n.split(".")[2]) for n in names if n.count(".") == 2} or None
        for word in words_of(one, answer, cells):
            if word in self.expected:
                self.expected.remove(word)

    def check(self) -> None:
        found = readable(self.submission)
        missing = [word for word in self.expected if not {word, written(word)} & found]
        assert not missing, (missing, self.submission.answers, self.submission.kept_answers)


@settings(
    max_examples=40, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)
@example(730833, ["save"] * 9 + ["change", "save", "save"])
@given(seed=st.integers(0, 2**32), steps=st.lists(st.sampled_from(("save", "save", "change")), min_size=4, max_size=14))
def test_every_answer_ever_saved_is_still_readable(app, seed, steps):
    with app.test_request_context():
        draft = Draft(random.Random(seed))
        for step in ("save", "save", *steps, "change"):
            getattr(draft, step)()
            draft.check()
        db.session.rollback()
