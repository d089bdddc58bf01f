"""Refusals and errors speak the reader's language whole, with the words inside them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask_babel import force_locale

from app.calls.rules import BrokenRule
from app.core.errors import MoveRefused
from app.proposals.present.history import timeline_of
from app.web.filters import translate
from workflows.lateness import late_by
from workflows.machine import N_, Refusal
from workflows.proposal_submission import STAGE, StageFacts, StageState

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN = StageFacts(now=NOON, opens_at=NOON - HOUR, closes_at=NOON + HOUR)
TOO_SHORT = BrokenRule("duration", "duration", N_("The project may run for at most %(most)s months."), {"most": 36})


def refused(facts: StageFacts, state: StageState = StageState.DRAFT, move: str = "submit") -> Refusal:
    found = STAGE.why_not(move, state, {"owner"}, facts)
    assert found is not None
    return found


@pytest.fixture
def in_french(app):
    with app.test_request_context(), force_locale("fr"):
        yield


@pytest.mark.parametrize(
    ("late", "words"),
    [
        (timedelta(seconds=1), "1 seconde"),
        (timedelta(seconds=40), "40 secondes"),
        (timedelta(minutes=2), "2 minutes"),
        (timedelta(hours=1), "1 heure"),
        (timedelta(days=3), "3 jours"),
    ],
)
def test_how_late_is_said_in_french(in_french, late, words):
    assert translate(late_by(NOON + late, NOON)) == words
    sentence = translate(refused(StageFacts(now=NOON + late, opens_at=NOON - HOUR, closes_at=NOON)))
    assert words in sentence and "deadline" not in sentence


def test_a_state_is_named_in_french(in_french):
    sentence = translate(refused(OPEN, StageState.SCREENING))
    assert "%(" not in sentence and "Being screened" not in sentence and "Refusal(" not in sentence


def test_a_broken_rule_is_told_in_french(in_french):
    rule = Refusal(TOO_SHORT.message, TOO_SHORT.params)
    sentence = translate(
        refused(StageFacts(now=NOON, opens_at=NOON - HOUR, closes_at=NOON + HOUR, broken_rules=(rule,)))
    )
    assert "36 mois" in sentence


def test_an_error_carries_the_words_inside_it_on(in_french):
    refusal = refused(StageFacts(now=NOON + HOUR, opens_at=NOON - HOUR, closes_at=NOON))
    error = MoveRefused(refusal.message, **refusal.params)
    assert "1 hour late" in str(error), "the English of logs and the command line"
    assert "1 heure" in translate(error)


@pytest.mark.parametrize(
    ("action", "detail", "words"),
    [
        ("late_attempt", {"late_by": "1 second", "late_seconds": 1}, "1 seconde"),
        ("check_decided", {"code": "T2", "outcome": "fail"}, "T2"),
        ("advice_written", {"outcome": "positive"}, "positif"),
    ],
)
def test_the_history_is_told_in_french(in_french, action, detail, words):
    entry = SimpleNamespace(
        action=f"stage_submission.{action}", detail=detail, at=NOON, actor_id=None, actor_name="A", reason=""
    )
    (line,) = timeline_of([entry], False, "UTC", {})
    assert words in line.what
    assert not [word for word in ("second late", ": fail", "(positive)") if word in line.what]


def test_english_stays_as_it_was(app):
    with app.test_request_context():
        assert str(late_by(NOON + timedelta(seconds=1), NOON)) == "1 second"
        assert "while the state is “Being screened”" in translate(refused(OPEN, StageState.SCREENING))
