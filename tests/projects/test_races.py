"""Fifty people on one button, on PostgreSQL with real commits: one wins, the money moves once."""

import threading

import pytest
from sqlalchemy import func, select

from app.core.audit import AuditEntry
from app.core.errors import Conflict, DomainError, MoveRefused
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.projects import queries, services
from app.projects.models import Agreement, LedgerEntry, Payee, Payment, Project
from app.projects.services import payments
from tests.factories.identity import actor_of, make_programme, make_staff
from tests.factories.projects import IBAN, STARTS_ON, bring_payment, make_call_row, make_grant, make_project, plan_of
from tests.racing import in_threads

pytestmark = pytest.mark.postgres
ROUNDS, PEOPLE = 5, 50


def attempt(app, work):
    """Do the work in a session of its own; return ``done``, ``refused``, or the error that should not be."""
    with app.app_context():
        try:
            work()
            db.session.commit()
            return "done"
        except (MoveRefused, Conflict):
            db.session.rollback()
            return "refused"
        except DomainError as error:
            db.session.rollback()
            return repr(error)
        finally:
            db.session.remove()


def together(app, count, work):
    """Run ``work(index)`` that many times at once, with no more connections than a server has."""
    return in_threads(count, lambda index: attempt(app, lambda: work(index)))


def test_fifty_release_one_payment(postgres_app):
    with postgres_app.app_context():
        call = make_call_row(make_programme(), process={"tranches": [100 // ROUNDS] * ROUNDS})
        grant = make_project("active", make_grant(call=call))
        people = [actor_of(make_staff(grant.programme, "finance")) for _ in range(PEOPLE)]
        payment_ids = [bring_payment(grant, "approved", number).id for number in range(1, ROUNDS + 1)]
        db.session.commit()
    for payment_id in payment_ids:
        results = together(
            postgres_app,
            PEOPLE,
            lambda i, ident=payment_id: services.release_payment(payment=queries.get_payment(ident), actor=people[i]),
        )
        assert set(results) == {"done", "refused"}
        assert results.count("done") == 1
        with postgres_app.app_context():
            assert _traces(payment_id) == (1, 1, 1)
            assert db.session.get(Payment, payment_id).released_by_id == people[results.index("done")].person_id


def _traces(payment_id):
    """How often a release stands in the ledger, in the audit trail and in the outbox."""
    counted = (
        (LedgerEntry, LedgerEntry.payment_id == payment_id),
        (AuditEntry, (AuditEntry.subject_id == payment_id) & (AuditEntry.action == "payment.release")),
        (OutboxEvent, (OutboxEvent.subject_id == payment_id) & (OutboxEvent.name == "payment.released")),
    )
    return tuple(db.session.scalar(select(func.count(model.id)).where(where)) for model, where in counted)


def test_ten_terminations_free_the_money_once(postgres_app):
    with postgres_app.app_context():
        grant = make_project("active")
        bring_payment(grant, "released")
        people = [actor_of(make_staff(grant.programme, "manager")) for _ in range(10)]
        db.session.commit()
        agreement_id, project_id = grant.agreement.id, grant.project.id
    results = together(
        postgres_app,
        10,
        lambda i: services.terminate_agreement(
            agreement=queries.get_agreement(agreement_id), actor=people[i], reason="Ended."
        ),
    )
    assert results.count("done") == 1
    assert results.count("refused") == 9
    with postgres_app.app_context():
        lines = [(e.kind, e.amount_minor) for e in queries.ledger_of(project_id)]
        assert lines.count(("commitment_reversal", 23_800_000)) == 1
        assert len(lines) == 3


def test_releasing_against_terminating_leaves_the_books_right(postgres_app):
    """Whoever wins, the ledger and the states agree: nothing is both paid out and cancelled."""
    for _ in range(ROUNDS):
        with postgres_app.app_context():
            grant = make_project("active")
            payment_id = bring_payment(grant, "approved").id
            manager, finance = actor_of(grant.manager), actor_of(grant.finance)
            db.session.commit()
            agreement_id, project_id = grant.agreement.id, grant.project.id

        def work(index, agreement_id=agreement_id, payment_id=payment_id, manager=manager, finance=finance):
            if index:
                services.release_payment(payment=queries.get_payment(payment_id), actor=finance)
            else:
                found = queries.get_agreement(agreement_id)
                services.terminate_agreement(agreement=found, actor=manager, reason="Ended.")

        results = together(postgres_app, 2, work)
        assert results[0] == "done", results
        with postgres_app.app_context():
            state = db.session.get(Payment, payment_id).state
            assert (state, results[1]) in {("released", "done"), ("cancelled", "refused")}
            project = queries.get_project(project_id)
            totals = queries.money_of([project])[project_id]
            assert totals.open.minor == 0
            assert totals.paid.minor == (10_200_000 if state == "released" else 0)


def test_ten_people_set_up_one_project(postgres_app):
    with postgres_app.app_context():
        grant = make_grant()
        people = [actor_of(make_staff(grant.programme, "officer")) for _ in range(10)]
        plan = plan_of(grant)
        db.session.commit()
        decision_id = grant.decision.id

    def work(index):
        services.create_project(
            decision=queries.get_award(decision_id),
            starts_on=STARTS_ON,
            ends_on=STARTS_ON.replace(year=2028),
            milestones=plan,
            actor=people[index],
        )

    results = together(postgres_app, 10, work)
    assert results.count("done") == 1
    assert results.count("refused") == 9
    with postgres_app.app_context():
        assert db.session.scalar(select(func.count(Project.id))) == 1
        assert db.session.scalar(select(func.count(Agreement.id))) == 1
        assert db.session.scalar(select(func.sum(LedgerEntry.amount_minor))) == 34_000_000


def test_changes_of_account_leave_one_in_force(postgres_app):
    with postgres_app.app_context():
        grant = make_project("sent")
        owner, project_id = actor_of(grant.owner), grant.project.id
        db.session.commit()

    def work(_index):
        services.record_payee(
            project=queries.get_project(project_id), holder="Coop", bank="Bank", account=IBAN, actor=owner
        )

    results = together(postgres_app, 20, work)
    assert results.count("done") == 20, results
    with postgres_app.app_context():
        assert db.session.scalar(select(func.count(Payee.id))) == 20
        assert db.session.scalar(select(func.count(Payee.id)).where(Payee.superseded_at.is_(None))) == 1


def test_an_approval_is_for_the_account_that_its_guards_saw(postgres_app, monkeypatch):
    with postgres_app.app_context():
        grant = make_project("active")
        payment_id, payee_id = bring_payment(grant, "requested").id, grant.payee.id
        officer, grantee = actor_of(grant.officer), actor_of(grant.owner)
        db.session.commit()
        project_id = grant.project.id
    other = {"holder": "Somebody else", "bank": "Elsewhere", "account": IBAN}

    def change():
        services.record_payee(project=queries.get_project(project_id), **other, actor=grantee)

    changing = threading.Thread(target=lambda: attempt(postgres_app, change))
    judge = payments.payment_facts

    def judge_slowly(payment, actor):
        facts = judge(payment, actor)
        changing.start()
        changing.join(1.5)
        return facts

    monkeypatch.setattr(payments, "payment_facts", judge_slowly)
    approve = lambda: services.approve_payment(payment=queries.get_payment(payment_id), actor=officer)  # noqa: E731
    assert attempt(postgres_app, approve) == "done"
    changing.join(30)
    with postgres_app.app_context():
        assert db.session.get(Payment, payment_id).approved_payee_id == payee_id
        assert db.session.scalar(select(func.count(Payee.id))) == 2
