"""From an announced award to a project: the plan, exact money, the guards of the database."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.errors import Conflict, Invalid, NotFound
from app.core.types import Money, new_id
from app.extensions import db
from app.projects import queries, schedule, services
from app.projects.models import LedgerEntry, Payment, Project
from tests.factories.identity import actor_of
from tests.factories.projects import STARTS_ON, make_award, make_call_row, make_grant, make_project, plan_of


def create(grant, **over):
    values = {
        "decision": grant.decision,
        "starts_on": STARTS_ON,
        "ends_on": schedule.last_day(STARTS_ON, 24),
        "milestones": plan_of(grant),
        "actor": actor_of(grant.officer),
        **over,
    }
    return services.create_project(**values)


def test_an_award_becomes_a_project_with_everything(app):
    grant = make_project("drafted")
    project = grant.project
    assert (project.award, project.reference) == (
        Money.from_minor(34_000_000, "EUR"),
        grant.decision.proposal.reference,
    )
    assert [m.kind for m in grant.milestones] == [
        "inception_report",
        "baseline_accepted",
        "mid_term_review",
        "final_report_approved",
    ]
    assert [p.amount_minor for p in grant.payments] == [10_200_000, 10_200_000, 10_200_000, 3_400_000]
    assert {p.state for p in grant.payments} == {"scheduled"}
    assert [r.kind for r in queries.reports_of(project.id)] == ["progress", "progress", "progress", "final"]
    assert grant.agreement.terms == "Report every six months."
    (entry,) = queries.ledger_of(project.id)
    assert (entry.kind, entry.amount_minor) == ("commitment", 34_000_000)
    assert audit.history("project", project.id)[0].action == "project.created"


@pytest.mark.parametrize(
    ("currency", "minor", "expected"),
    [
        ("EUR", 10_001, [3_000, 3_000, 3_000, 1_001]),
        ("EUR", 33_333_333, [10_000_000, 10_000_000, 10_000_000, 3_333_333]),
        ("JPY", 1_000_003, [300_001, 300_001, 300_001, 100_000]),
        ("KWD", 1_234_567, [370_370, 370_370, 370_370, 123_457]),
    ],
)
def test_money_is_split_exactly(app, currency, minor, expected):
    grant = make_project("drafted", currency=currency, amount_minor=minor)
    amounts = [p.amount_minor for p in grant.payments]
    assert amounts == expected
    assert sum(amounts) == minor == queries.tranches_minor(grant.project.id)
    assert {p.currency for p in grant.payments} == {currency}


def test_a_milestone_without_a_share_has_no_tranche(app):
    grant = make_grant()
    plan = [*plan_of(grant), ("Exit plan", "exit_plan", date(2028, 5, 1), 0)]
    project = create(grant, milestones=plan)
    assert len(queries.milestone_rows(project.id)) == 5
    assert len(queries.payments_of(project.id)) == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda plan: plan[:-1], "add up to 100"),
        (lambda plan: [], "between 1 and"),
        (lambda plan: [("", *plan[0][1:]), *plan[1:]], "needs a title"),
        (lambda plan: [(plan[0][0], "party", *plan[0][2:]), *plan[1:]], "needs a title"),
        (lambda plan: [(*plan[0][:2], date(2020, 1, 1), plan[0][3]), *plan[1:]], "before the project starts"),
        (lambda plan: [(*plan[0][:3], 130), (*plan[1][:3], -70), *plan[2:]], "needs a title"),
    ],
)
def test_a_wrong_plan_is_refused(app, change, words):
    grant = make_grant()
    with pytest.raises(Invalid, match=words):
        create(grant, milestones=change(plan_of(grant)))


def test_a_project_ends_after_it_starts(app):
    with pytest.raises(Invalid):
        create(make_grant(), ends_on=STARTS_ON)


def test_an_award_too_small_for_its_tranches_is_refused(app):
    with pytest.raises(Invalid, match="too small"):
        create(make_grant(currency="JPY", amount_minor=1))


def test_one_award_has_one_project(app):
    grant = make_project("drafted")
    with pytest.raises(Conflict, match="already"), db.session.begin_nested():
        create(grant)
    assert len(db.session.scalars(select(Project)).all()) == 1


@pytest.mark.parametrize(
    "over", [{"state": "ratified", "announced_at": None}, {"outcome": "declined", "amount_minor": 0}]
)
def test_only_announced_awards_become_projects(app, over):
    grant = make_grant(**over)
    with pytest.raises(NotFound):
        create(grant)


def test_the_database_refuses_a_project_that_was_not_decided(app):
    grant = make_grant()
    values = {
        "decision_id": grant.decision.id,
        "proposal_id": grant.decision.proposal_id,
        "call_id": grant.decision.call_id,
        "organisation_id": grant.organisation.id,
        "reference": "X",
        "title": "X",
        "currency": "EUR",
        "starts_on": STARTS_ON,
        "ends_on": date(2027, 1, 1),
    }
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(Project(**values, award_minor=34_000_001))
        db.session.flush()


@pytest.mark.parametrize("award", [33_999_999, 34_000_001])
def test_the_database_keeps_the_award_of_a_project(app, award):
    grant = make_project("drafted")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(
            text("UPDATE project SET award_minor = :award WHERE id = :id").bindparams(award=award, id=_raw(grant))
        )


def _raw(grant):
    return grant.project.id.hex if db.engine.dialect.name == "sqlite" else grant.project.id


def _columns(grant, **over):
    first = grant.payments[0]
    milestone = grant.milestones[0]
    spare = type(milestone)(
        project_id=milestone.project_id,
        position=90,
        title="Spare",
        kind="closure",
        due_on=STARTS_ON,
        state="planned",
        state_changed_at=milestone.state_changed_at,
    )
    db.session.add(spare)
    db.session.flush()
    return {
        "project_id": first.project_id,
        "milestone_id": spare.id,
        "position": 90,
        "amount_minor": 1,
        "currency": "EUR",
        "state": "scheduled",
        "state_changed_at": first.state_changed_at,
        **over,
    }


@pytest.mark.parametrize("amount", [1, 0, -1, 34_000_000])
def test_no_tranche_beyond_the_award_and_none_of_nothing(app, amount):
    columns = _columns(make_project("drafted"), amount_minor=amount)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(Payment.__table__.insert().values(id=new_id(), version=1, **_defaults(), **columns))


def test_no_second_tranche_for_one_milestone(app):
    grant = make_project("drafted")
    last = grant.payments[-1]
    columns = _columns(grant, milestone_id=grant.milestones[0].id)
    last.state = "cancelled"
    db.session.flush()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(Payment.__table__.insert().values(id=new_id(), version=1, **_defaults(), **columns))


def _defaults():
    return {"bank_reference": "", "held_reason": ""}


def test_a_larger_tranche_is_refused_by_the_database(app):
    grant = make_project("drafted")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text("UPDATE payment SET amount_minor = amount_minor + 1 WHERE position = 1"))
    assert queries.tranches_minor(grant.project.id) == 34_000_000


def test_a_cancelled_tranche_cannot_come_back_beyond_the_award(app):
    grant = make_project("drafted")
    db.session.execute(text("UPDATE payment SET state = 'cancelled' WHERE position = 4"))
    db.session.execute(text("UPDATE payment SET amount_minor = amount_minor + 3400000 WHERE position = 1"))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text("UPDATE payment SET state = 'scheduled' WHERE position = 4"))
    assert queries.tranches_minor(grant.project.id) == 34_000_000


def test_awards_stay_within_the_budget_of_the_call(app):
    grant = make_grant()
    call = make_call_row(grant.programme, budget_minor=50_000_000)
    make_award(call, grant.organisation, grant.owner, amount_minor=34_000_000)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        make_award(call, grant.organisation, grant.owner, amount_minor=16_000_001)
    make_award(call, grant.organisation, grant.owner, amount_minor=16_000_000)


@pytest.mark.parametrize("statement", ["UPDATE ledger_entry SET amount_minor = 1", "DELETE FROM ledger_entry"])
def test_the_ledger_only_grows(app, statement):
    grant = make_project("drafted")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(statement))
    assert db.session.scalar(select(LedgerEntry.amount_minor)) == grant.project.award_minor


def test_plans_follow_the_shares_of_the_call():
    plan = schedule.plan((100,), date(2026, 1, 31), 12)
    assert [(p.kind, p.percent, p.due_on) for p in plan] == [("final_report_approved", 100, date(2027, 2, 28))]
    five = schedule.plan((20,) * 5, date(2026, 1, 1), 36)
    assert [p.kind for p in five] == [
        "inception_report",
        "baseline_accepted",
        "output_milestone",
        "mid_term_review",
        "final_report_approved",
    ]
    assert [p.due_on for p in five] == sorted(p.due_on for p in five)
    assert schedule.plan((), date(2026, 1, 1), 24) == schedule.plan((30, 30, 30, 10), date(2026, 1, 1), 24)


def test_reports_are_owed_every_six_months_and_at_the_end():
    dates = schedule.report_dates(date(2026, 7, 1), date(2028, 6, 30))
    assert dates == [
        ("progress", date(2027, 1, 31)),
        ("progress", date(2027, 7, 30)),
        ("progress", date(2028, 1, 31)),
        ("final", date(2028, 7, 30)),
    ]
    assert schedule.report_dates(date(2026, 7, 1), date(2026, 12, 31)) == [("final", date(2027, 1, 31))]
