"""Texts that were typed and not stored as the answer: kept beside it until somebody decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.calls import form_schema
from app.core import clock, transitions
from app.core.errors import Invalid, MoveRefused, NotFound
from app.core.types import Actor
from app.extensions import db
from app.proposals import queries
from app.proposals.edits import reading, said
from app.proposals.fields import mark_of, question_of, same, value_at
from app.proposals.models import RivalText, StageSubmission
from app.proposals.posted import Posted
from app.proposals.services.drafting import refuse_unless_editable
from app.proposals.services.facts import refuse_strangers
from app.proposals.services.storing import store_answers
from workflows.machine import N_

MOST_WAITING = 300  # texts of one submission
LARGEST = 1_000_000  # characters of all of them together


class Beside:
    """Keeps texts of one posted page beside the answers of a locked submission."""

    def __init__(self, submission: StageSubmission, page: Posted, actor: Actor) -> None:
        self.submission, self.page, self.actor = submission, page, actor
        self._waiting: list[RivalText] | None = None

    @property
    def waiting(self) -> list[RivalText]:
        """What waits for a decision already."""
        if self._waiting is None:
            self._waiting = queries.waiting_texts([self.submission.id])
        return self._waiting

    def keep_said(self, kind: str, section_id: str, fields: Mapping[str, Sequence[str]]) -> list[str]:
        """Keep those fields that hold a text which is not stored already; returns their names."""
        kept = [name for name, values in fields.items() if said(values) and not self._stands(name, values)]
        for name in kept:
            self.keep(kind, section_id, name, fields[name])
        return kept

    def keep(self, kind: str, section_id: str, name: str, typed: Sequence[str]) -> None:
        """Keep one text; what the same page goes on typing there takes the place of its own earlier text."""
        page, actor = self.page, self.actor
        text = next((t for t in self.waiting if t.name == name and self._is_own(t, kind, typed)), None)
        if text is None:
            text = RivalText(stage_submission_id=self.submission.id, kind=kind, section_id=section_id, name=name)
            text.client, text.person_id, text.person_name = page.client, actor.person_id, actor.name
            text.based_on = (page.bases or {}).get(name, page.seen)
            self.waiting.append(text)
        text.at, text.typed = clock.now(), list(typed)
        text.standing = value_at(self.submission.answers, name)
        self._refuse_too_much(name)
        db.session.add(text)
        db.session.flush()

    def _stands(self, name: str, values: Sequence[str]) -> bool:
        read = reading(queries.form_of_page(self.submission, self.page.form_mark).form, {name: values}, {})
        return question_of(name) in read and same(value_at(read, name), value_at(self.submission.answers, name))

    def _is_own(self, text: RivalText, kind: str, typed: Sequence[str]) -> bool:
        if text.kind != kind or text.person_id != self.actor.person_id:
            return False
        return text.typed == list(typed) or bool(text.client and text.client == self.page.client)

    def _refuse_too_much(self, name: str) -> None:
        size = sum(len(part) for text in self.waiting for part in text.typed)
        if len(self.waiting) > MOST_WAITING or size > LARGEST or len(name) > 200:
            raise Invalid(N_("This is too much text for one page. Shorten it, then save again."))


def settle_text(
    *, submission: StageSubmission, text: RivalText, choice: str, seen: str, actor: Actor, client: str = ""
) -> None:
    """Decide about a text: ``typed`` makes it the answer, ``standing`` leaves what is stored.

    ``seen`` is the mark of what stood when the person decided (``fields.mark_of``); raises ``MoveRefused`` when that changed.
    """
    refuse_strangers(actor, submission, "proposal.edit")
    transitions.lock(submission)
    db.session.refresh(text)
    if text.settled_at is not None:
        return
    if choice == "typed":
        _take_over(submission, text, seen, client, actor)
    elif choice != "standing":
        raise NotFound()
    text.settled_at, text.chosen = clock.now(), choice
    text.settled_by_id, text.settled_by_name = actor.person_id, actor.name
    db.session.flush()


def _take_over(submission: StageSubmission, text: RivalText, seen: str, client: str, actor: Actor) -> None:
    form = queries.form_of(submission)
    section = form.section_of(question_of(text.name))
    if section is None:
        raise MoveRefused(N_("The form no longer asks this. The text can only be put away."))
    refuse_unless_editable(submission, section.id, actor)
    if mark_of(value_at(submission.answers, text.name)) != seen:
        raise MoveRefused(N_("The saved text was changed a moment ago. Look at both texts again, then choose."))
    read, _ = form_schema.read_section(form, section.id, {text.name: text.typed}, submission.answers, True)
    store_answers(submission, section.id, queries.form_of_page(submission, ""), read, [text.name], client, actor)
