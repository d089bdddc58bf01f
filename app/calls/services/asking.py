"""Questions about a call and their answers, and news of a call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.calls.document import WALL
from app.calls.models import Announcement, Call, CallQuestion, CallStage
from app.core import audit, clock, outbox, transitions
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.types import Actor
from app.extensions import db
from app.identity.services import refuse_unconfirmed
from workflows.call_lifecycle import CallState
from workflows.machine import N_, Refusal

LONGEST = 5_000
LONGEST_REASON = 2_000
ASKS = frozenset({CallState.PUBLISHED.value, CallState.OPEN.value})


def questions_until(call: Call) -> datetime:
    """Until when questions are taken: as the call says, else until its first stage closes.

    No call is written with a time that its zone skips or has twice; an older one that has it ends at the later reading.
    """
    written = call.process.get("questions_until")
    if not written:
        return call.stages[0].closes_at
    wall, zone = datetime.strptime(str(written), WALL), ZoneInfo(call.zone)  # noqa: DTZ007
    return max(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def why_not_ask(call: Call) -> Refusal | None:
    """Nothing while the phase of questions is open, else why it is not."""
    if call.state in ASKS and clock.now() < questions_until(call):
        return None
    return Refusal(N_("The phase of questions of this call is over."))


def ask_question(*, call: Call, text: str, actor: Actor) -> CallQuestion:
    """Ask the staff something about a call; nobody else reads it."""
    refusal = why_not_ask(call)
    if refusal is not None:
        raise MoveRefused(refusal.message)
    refuse_unconfirmed(actor, "text")
    question = CallQuestion(
        call_id=call.id,
        asked_by_id=actor.person_id,
        asked_by_name=actor.name,
        text=_said(text, "text", N_("Write your question.")),
    )
    db.session.add(question)
    db.session.flush()
    audit.record(question, "call_question.asked", actor, call=call.code)
    outbox.publish("question.asked", call, actor, question_id=question.id)
    return question


def answer_question(
    *,
    call: Call,
    question: CallQuestion,
    answer: str,
    actor: Actor,
    expected_version: int | None = None,
    public_text: str = "",
    public_answer: str = "",
) -> CallQuestion:
    """Answer the asker privately; with a public wording, which must name nobody, everybody reads that, too."""
    transitions.lock(question, expected_version)
    now = clock.now()  # asks the database: only after it may a half-filled row be in the session
    question.answer = _said(answer, "answer", N_("Write the answer."))
    question.answered_by_name, question.answered_at = actor.name, now
    publishes = bool(public_text.strip() or public_answer.strip())
    if question.published_at and not publishes:
        message = N_("This answer is published: keep a wording here, or take it off the public page first.")
        raise Invalid(message, field="public_text")
    if publishes:
        question.public_text = _said(public_text, "public_text", N_("Write the question as everybody may read it."))
        question.public_answer = _said(public_answer, "public_answer", N_("Write the answer as everybody may read it."))
        question.published_at = question.published_at or now
    db.session.flush()
    audit.record(question, "call_question.answered", actor, call=call.code, published=publishes)
    outbox.publish("question.answered", call, actor, question_id=question.id)
    return question


def unpublish_answer(*, call: Call, question: CallQuestion, actor: Actor, expected_version: int | None = None) -> None:
    """Take an answer off the public page and the feed, with its public wording; the asker keeps theirs."""
    transitions.lock(question, expected_version)
    if question.published_at is None:
        raise Conflict()
    question.published_at, question.public_text, question.public_answer = None, "", ""
    db.session.flush()
    audit.record(question, "call_question.unpublished", actor, call=call.code)


def announce(*, call: Call, text: Mapping[str, str], actor: Actor) -> Announcement:
    """Tell everybody who works on a proposal of the call, and who asked about it, in the languages of the call."""
    if call.published_at is None:
        raise MoveRefused(N_("A call is announced to nobody before it is published."))
    said = {
        name: _said(text.get(name, ""), f"text_{name}", N_("Write the text in this language."))
        for name in call.languages
    }
    made = _add(call, said, actor)
    audit.record(call, "call.announced", actor, announcement=made.id)
    outbox.publish("call.announced", call, actor, announcement_id=made.id)
    return made


def reasons_in(call: Call, reasons: Mapping[str, str]) -> dict[str, str]:
    """Why a call is extended, in those of its languages in which somebody wrote it: at least in one."""
    said = {name: reasons.get(name, "").strip() for name in call.languages}
    if not any(said.values()):
        raise Invalid(N_("Say why; applicants will read it."), field=f"reason_{call.languages[0]}")
    for name, text in said.items():
        if len(text) > LONGEST_REASON:
            raise Invalid(N_("Use at most %(most)s characters."), field=f"reason_{name}", most=LONGEST_REASON)
    return {name: text for name, text in said.items() if text}


def note_extension(*, call: Call, stage: CallStage, reasons: dict[str, str], actor: Actor) -> None:
    """Put an extension among the news of the call; its own event tells the applicants."""
    _add(call, reasons, actor, stage_key=stage.key, closes_at=stage.closes_at)


def _add(
    call: Call, text: dict[str, str], actor: Actor, stage_key: str = "", closes_at: datetime | None = None
) -> Announcement:
    made = Announcement(
        call_id=call.id,
        text=text,
        written_by_name=actor.name,
        posted_at=clock.now(),
        stage_key=stage_key,
        closes_at=closes_at,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _said(text: str, field: str, missing: str) -> str:
    if not text.strip():
        raise Invalid(missing, field=field)
    if len(text) > LONGEST:
        raise Invalid(N_("Use at most %(most)s characters."), field=field, most=LONGEST)
    return text.strip()
