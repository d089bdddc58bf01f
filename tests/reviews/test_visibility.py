"""What a person may see of a review: the whole table, phase by person by thing."""

from __future__ import annotations

import itertools

import pytest

from app.reviews.visibility import Blind, Case, Part, Viewer, seen
from workflows.review_round import RoundState as Phase
from workflows.reviewer_scoring import ReviewState as S

P = Part
OWN = {P.TITLE, P.NAMES, P.PRESENCE, P.REVIEWER}
OPENED = OWN | {P.CONTENT, P.DRAFT, P.SHEET, P.NOTE}
TALK = {P.THREAD, P.SUMMARY}
LIVE = TALK | {P.SPEAKING}
OTHER = {P.PRESENCE, P.SHEET}
STAFF = {P.NAMES, P.TITLE, P.CONTENT, P.PRESENCE, P.REVIEWER, P.THREAD, P.SUMMARY}
READ = {P.SHEET, P.NOTE}
COMMITTEE = {P.NAMES, P.TITLE, P.CONTENT, P.PRESENCE, P.SHEET, P.SUMMARY}
NOTHING: set[Part] = set()
PHASES = tuple(Phase)

# viewer, own state, state of the review → what is seen while recruiting, scoring, reading, discussing, closed
TABLE = [
    (Viewer.AUTHOR, None, S.INVITED, (OWN, OWN, OWN, OWN, OWN)),
    (Viewer.AUTHOR, None, S.ACCEPTED, (OWN, OPENED, OPENED, OPENED, OPENED)),
    (Viewer.AUTHOR, None, S.DRAFT, (OWN, OPENED, OPENED, OPENED, OPENED)),
    (Viewer.AUTHOR, None, S.SUBMITTED, (OWN, OPENED, OPENED, OPENED | LIVE, OPENED | TALK)),
    (Viewer.AUTHOR, None, S.REOPENED, (OWN, OPENED, OPENED, OPENED | LIVE, OPENED | TALK)),
    (Viewer.AUTHOR, None, S.FINAL, (OWN, OPENED, OPENED, OPENED | LIVE, OPENED | TALK)),
    (Viewer.AUTHOR, None, S.CONFLICTED, (NOTHING,) * 5),
    (Viewer.AUTHOR, None, S.RECUSED, (NOTHING,) * 5),
    (Viewer.AUTHOR, None, S.DECLINED, (NOTHING,) * 5),
    (Viewer.PEER, S.SUBMITTED, S.SUBMITTED, (NOTHING, NOTHING, OTHER, OTHER | LIVE, OTHER | TALK)),
    (Viewer.PEER, S.REOPENED, S.FINAL, (NOTHING, NOTHING, OTHER, OTHER | LIVE, OTHER | TALK)),
    (Viewer.PEER, S.DRAFT, S.SUBMITTED, (NOTHING,) * 5),
    (Viewer.PEER, S.INVITED, S.SUBMITTED, (NOTHING,) * 5),
    (Viewer.PEER, S.CONFLICTED, S.SUBMITTED, (NOTHING,) * 5),
    (Viewer.PEER, S.RECUSED, S.SUBMITTED, (NOTHING,) * 5),
    (Viewer.PEER, None, S.SUBMITTED, (NOTHING,) * 5),
    (Viewer.PEER, S.SUBMITTED, S.DRAFT, (NOTHING,) * 5),
    (Viewer.PEER, S.SUBMITTED, S.INVITED, (NOTHING,) * 5),
    (Viewer.PEER, S.SUBMITTED, S.CONFLICTED, (NOTHING,) * 5),
    (Viewer.STAFF, None, S.DRAFT, (STAFF, STAFF, STAFF, STAFF | {P.SPEAKING}, STAFF)),
    (
        Viewer.STAFF,
        None,
        S.SUBMITTED,
        (STAFF | READ, STAFF | READ, STAFF | READ, STAFF | READ | {P.SPEAKING}, STAFF | READ),
    ),
    (Viewer.COMMITTEE, None, S.FINAL, (NOTHING,) * 5),
    (Viewer.OUTSIDER, S.SUBMITTED, S.SUBMITTED, (NOTHING,) * 5),
]
ROWS = [
    pytest.param(viewer, own, review, phase, set(wanted), id=f"{viewer}-{own}-{review}-{phase}")
    for viewer, own, review, by_phase in TABLE
    for phase, wanted in zip(PHASES, by_phase, strict=True)
]


@pytest.mark.parametrize(("viewer", "own", "review", "phase", "wanted"), ROWS)
def test_the_table_in_single_blind(viewer, own, review, phase, wanted):
    assert seen(Case(viewer, phase, Blind.SINGLE, review, own)) == wanted


EVERYTHING = list(itertools.product(Viewer, Phase, Blind, S, (None, *S), (False, True)))


@pytest.mark.parametrize("blind", list(Blind))
def test_the_note_to_staff_is_for_its_author_and_the_staff(blind):
    for viewer, phase, mode, review, own, tabled in EVERYTHING:
        if mode is blind and viewer not in {Viewer.AUTHOR, Viewer.STAFF}:
            assert P.NOTE not in seen(Case(viewer, phase, mode, review, own, tabled, unmasked=True, revealed=True))


def test_a_peer_learns_no_name_of_reviewers_unless_the_call_is_open_or_two_people_showed_it():
    for phase, mode, review, own in itertools.product(Phase, (Blind.SINGLE, Blind.DOUBLE), S, (None, *S)):
        case = Case(Viewer.PEER, phase, mode, review, own, tabled=True)
        assert P.REVIEWER not in seen(case)
    shown = seen(Case(Viewer.PEER, Phase.READING, Blind.SINGLE, S.SUBMITTED, S.SUBMITTED, unmasked=True))
    assert P.REVIEWER in shown
    assert P.REVIEWER in seen(Case(Viewer.PEER, Phase.READING, Blind.OPEN, S.SUBMITTED, S.SUBMITTED))
    assert seen(Case(Viewer.PEER, Phase.SCORING, Blind.OPEN, S.SUBMITTED, S.SUBMITTED, unmasked=True)) == NOTHING


def test_who_applies_is_hidden_from_reviewers_of_a_double_blind_call_alone():
    for phase, review in itertools.product(Phase, S):
        assert P.NAMES not in seen(Case(Viewer.AUTHOR, phase, Blind.DOUBLE, review))
    assert P.NAMES in seen(Case(Viewer.AUTHOR, Phase.SCORING, Blind.DOUBLE, S.DRAFT, revealed=True))
    assert P.NAMES in seen(Case(Viewer.AUTHOR, Phase.RECRUITING, Blind.SINGLE, S.INVITED))


def test_the_committee_reads_what_counts_once_it_is_tabled():
    for phase, blind in itertools.product(Phase, Blind):
        names = {P.REVIEWER} if blind is Blind.OPEN else set()
        assert seen(Case(Viewer.COMMITTEE, phase, blind, S.FINAL, tabled=True)) == COMMITTEE | names
        for state in set(S) - {S.FINAL}:
            assert seen(Case(Viewer.COMMITTEE, phase, blind, state, tabled=True)) == NOTHING
