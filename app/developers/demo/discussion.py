"""A call with both sides blind: its reviewers read each other and discuss, and one asks who it is that applies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from app.core import clock
from app.developers.worlds.register import Register
from app.extensions import db
from app.reviews import queries, services
from app.reviews.models import Review
from app.reviews.sheet import Changes

PROPOSAL, RAPPORTEUR, OTHER = "lagoon", "reviewer2", "reviewer7"
REVISED = {"A3": 4, "B1": 3}
ASKED = "The lagoon itself is missing: what the stations do to the water belongs into the judgement of the approach."
ANSWERED = "True. But the annex says that both stations stand outside the spawning grounds, and names who measured it."
PERSUADED = "I had read past that annex. I raise two of my scores and leave the risks as they are."
SUMMED_UP = "We agree on a small project that can be counted. Ask for a yearly measurement of the water as a condition."
UNBLIND = (
    "The plan names a foundation that may belong to a partner of the programme; the reviewer must be asked about it."
)


def discuss(register: Register, now: datetime, after_each: Callable[[], object]) -> None:
    """The round moves on, four messages are written, two scores revised, and a manager waits for the second signature."""
    told = ((6, _read), (5, _begin), (4, _ask), (3, _answer), (2, _revise), (1, _sum_up))
    for days, tell in told:
        with clock.frozen(now - timedelta(days=days, hours=2)):
            tell(register)
            after_each()
    with clock.frozen(now - timedelta(hours=15)):
        asked_by = register.actor("manager")
        services.ask_unblinding(proposal=register.proposal(PROPOSAL), review=None, reason=UNBLIND, actor=asked_by)
    db.session.flush()
    db.session.expunge_all()


def _read(register: Register) -> None:
    _move(register, "open_reading", "Both sheets of the first proposal are in.")


def _begin(register: Register) -> None:
    _move(register, "open_discussion", "The two sheets read the approach differently.")
    services.name_rapporteur(review=_review(register, RAPPORTEUR), actor=register.actor("officer"))


def _move(register: Register, name: str, reason: str) -> None:
    stage = register.proposal(PROPOSAL).stages[-1].call_stage
    services.move_round(stage=stage, name=name, reason=reason, actor=register.actor("officer"))


def _ask(register: Register) -> None:
    services.say(review=_review(register, OTHER), text=ASKED, actor=register.actor(OTHER))


def _answer(register: Register) -> None:
    services.say(review=_review(register, RAPPORTEUR), text=ANSWERED, actor=register.actor(RAPPORTEUR))


def _revise(register: Register) -> None:
    """The first scores stay beside the revised ones."""
    actor = register.actor(OTHER)
    services.say(review=_review(register, OTHER), text=PERSUADED, actor=actor)
    services.revise(review=_review(register, OTHER), actor=actor)
    services.save_scores(review=_review(register, OTHER), changes=Changes(REVISED), actor=actor)
    services.submit(review=_review(register, OTHER), actor=actor)


def _sum_up(register: Register) -> None:
    summing = register.actor(RAPPORTEUR)
    services.say(review=_review(register, RAPPORTEUR), text=SUMMED_UP, actor=summing, summary=True)


def _review(register: Register, key: str) -> Review:
    proposal, person = register.proposal(PROPOSAL), register.ident("person", key)
    found = queries.get_review(
        next(r.id for r in queries.reviews_of_proposals([proposal.id]) if r.reviewer_id == person)
    )
    assert found is not None
    return found
