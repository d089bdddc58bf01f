"""The agreement and the bank account: who signs, who confirms, what a change of account stops, what ending settles."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.projects import accounts, policy, queries, services
from app.projects.models import Payee
from tests.factories.identity import actor_of, make_member, make_person
from tests.factories.identity import make_grant as grant_role
from tests.factories.projects import IBAN, bring_payment, make_payee, make_project, verify

OTHER = "DE89370400440532013000"


def events():
    return [e.name for e in db.session.scalars(select(OutboxEvent).order_by(OutboxEvent.created_at, OutboxEvent.id))]


def test_from_drafted_to_active(app):
    grant = make_project("active")
    agreement = grant.agreement
    assert agreement.state == "active"
    assert (agreement.sent_by_id, agreement.signed_by_id) == (grant.manager.id, grant.owner.id)
    assert agreement.countersigned_by_id == grant.second_manager.id
    assert [n for n in events() if n.startswith(("agreement", "payee"))] == [
        "agreement.sent",
        "payee.changed",
        "agreement.signed",
        "agreement.activated",
    ]


def refused(move, grant, person, words, **more):
    with pytest.raises(MoveRefused, match=words), db.session.begin_nested():
        services.MOVES["agreement"][move](agreement=grant.agreement, actor=actor_of(person), **more)


@pytest.mark.parametrize(
    ("point", "move", "who", "words"),
    [
        ("drafted", "send", "owner", "Your role"),
        ("drafted", "send", "finance", "Your role"),
        ("drafted", "sign", "owner", "not possible while"),
        ("drafted", "countersign", "manager", "not possible while"),
        ("sent", "sign", "owner", "Record the bank account"),
        ("sent", "sign", "editor", "Your role"),
        ("sent", "sign", "manager", "Your role"),
        ("sent", "send", "officer", "not possible while"),
        ("signed", "countersign", "manager", "You sent this agreement"),
        ("signed", "countersign", "officer", "Your role"),
        ("signed", "complete", "manager", "not possible while"),
        ("active", "complete", "manager", "4 milestones and 4 tranches"),
        ("active", "take_back", "manager", "not possible while"),
        ("active", "terminate", "officer", "Your role"),
        ("active", "terminate", "owner", "Your role"),
    ],
)
def test_moves_that_are_refused(app, point, move, who, words):
    grant = make_project(point)
    refused(move, grant, getattr(grant, who), words, reason="Because.")
    assert grant.agreement.state == point


def test_countersigning_waits_for_finance(app):
    grant = make_project("sent")
    make_payee(grant, confirmed=False)
    services.sign_agreement(agreement=grant.agreement, actor=actor_of(grant.owner))
    refused("countersign", grant, grant.second_manager, "Finance has not confirmed")


def test_tranches_must_make_the_award_before_sending(app):
    grant = make_project("drafted")
    db.session.execute(text("UPDATE payment SET amount_minor = amount_minor - 1 WHERE position = 2"))
    refused("send", grant, grant.manager, "sum to the award")


def test_taking_back_needs_a_reason_and_voids_the_signature(app):
    grant = make_project("signed")
    with pytest.raises(Invalid), db.session.begin_nested():
        services.take_back_agreement(agreement=grant.agreement, actor=actor_of(grant.officer), reason=" ")
    services.take_back_agreement(agreement=grant.agreement, actor=actor_of(grant.officer), reason="Wrong dates.")
    assert (grant.agreement.state, grant.agreement.signed_by_id) == ("drafted", None)


def test_the_database_wants_another_person_to_countersign(app):
    make_project("signed")
    statement = "UPDATE agreement SET state = 'active', countersigned_by_id = sent_by_id, countersigned_at = signed_at"
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(statement))


def test_a_version_seen_too_long_ago_is_a_conflict(app):
    grant = make_project("drafted")
    with pytest.raises(Conflict):
        services.send_agreement(
            agreement=grant.agreement, actor=actor_of(grant.manager), expected_version=grant.agreement.version - 1
        )


def test_terminating_settles_tranches_and_commitment_once(app):
    grant = make_project("active")
    bring_payment(grant, "released", 1)
    verify(grant, 2)
    agreement = grant.agreement
    services.terminate_agreement(agreement=agreement, actor=actor_of(grant.manager), reason="Fraud was found.")
    assert [p.state for p in grant.payments] == ["released", "cancelled", "cancelled", "cancelled"]
    kinds = [(e.kind, e.amount_minor) for e in queries.ledger_of(grant.project.id)]
    assert kinds == [("commitment", 34_000_000), ("disbursement", 10_200_000), ("commitment_reversal", 23_800_000)]
    totals = queries.money_of([grant.project])[grant.project.id]
    assert (totals.committed.minor, totals.paid.minor, totals.open.minor) == (10_200_000, 10_200_000, 0)
    refused("terminate", grant, grant.manager, "not possible while", reason="Again.")
    assert len(queries.ledger_of(grant.project.id)) == 3
    assert events().count("payment.cancelled") == 3


def test_what_was_released_can_still_be_confirmed_after_the_end(app):
    grant = make_project("active")
    payment = bring_payment(grant, "released", 1)
    services.terminate_agreement(agreement=grant.agreement, actor=actor_of(grant.manager), reason="Ended.")
    services.confirm_payment(payment=payment, bank_reference="TRX-9", actor=actor_of(grant.finance))
    assert payment.state == "paid"


def test_a_project_closes_when_all_is_settled(app):
    grant = make_project("active")
    for number in (1, 2, 3, 4):
        bring_payment(grant, "paid", number)
    services.complete_agreement(agreement=grant.agreement, actor=actor_of(grant.manager))
    assert grant.agreement.state == "completed"


def test_the_account_is_encrypted_and_only_its_tail_is_known(app):
    grant = make_project("sent")
    payee = make_payee(grant, confirmed=False)
    raw = db.session.execute(text("SELECT account_ciphertext, tail FROM payee")).one()
    assert IBAN.encode() not in bytes(raw.account_ciphertext)
    assert (raw.tail, payee.tail) == ("4300", "4300")
    said = [(e.action, e.detail) for e in audit.history("project", grant.project.id)]
    assert IBAN not in str(said)
    assert IBAN not in str([e.payload for e in db.session.scalars(select(OutboxEvent))])


def test_reading_the_number_leaves_a_trace_and_needs_the_key(app):
    grant = make_project("active")
    assert services.read_account(payee=grant.payee, actor=actor_of(grant.finance)) == IBAN
    newest = audit.history("project", grant.project.id)[-1]
    assert (newest.action, newest.actor_id) == ("payee.read", grant.finance.id)
    app.extensions["settings"] = replace(app.extensions["settings"], field_key="a key of another installation entirely")
    with pytest.raises(Conflict):
        services.read_account(payee=grant.payee, actor=actor_of(grant.finance))


@pytest.mark.parametrize("account", ["NL91ABNA0417164301", "12", "ABCDEFG", "12345!789", "4" * 40])
def test_a_mistyped_account_is_refused(app, account):
    grant = make_project("sent")
    with pytest.raises(Invalid) as error:
        make_payee(grant, account=account)
    assert error.value.field == "account"


@pytest.mark.parametrize(("text_", "bare"), [("nl91 abna 0417 1643 00", IBAN), ("0123-456.789", "0123456789")])
def test_accounts_are_read_as_people_write_them(text_, bare):
    assert accounts.normalise(text_) == bare
    assert accounts.problem(bare) is None


def test_nobody_confirms_what_they_recorded(app):
    grant = make_project("sent")
    grant_role(grant.programme, grant.owner, "finance")
    payee = make_payee(grant, confirmed=False)
    with pytest.raises(Conflict, match="another person"):
        services.confirm_payee(payee=payee, actor=actor_of(grant.owner))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text("UPDATE payee SET confirmed_by_id = recorded_by_id"))


def test_a_change_needs_confirming_again_and_voids_the_approval(app):
    grant = make_project("active")
    payment = bring_payment(grant, "approved", 1)
    changed = make_payee(grant, account=OTHER, confirmed=False)
    assert [p.superseded_at is None for p in queries.payees_of(grant.project.id)] == [True, False]
    assert events().count("payee.changed") == 2
    with pytest.raises(MoveRefused, match="has not confirmed"), db.session.begin_nested():
        services.release_payment(payment=payment, actor=actor_of(grant.finance))
    services.confirm_payee(payee=changed, actor=actor_of(grant.finance))
    with pytest.raises(MoveRefused, match="changed after approval"), db.session.begin_nested():
        services.release_payment(payment=payment, actor=actor_of(grant.finance))
    services.send_back_payment(payment=payment, actor=actor_of(grant.officer), reason="New account.")
    services.request_payment(payment=payment, actor=actor_of(grant.owner))
    services.approve_payment(payment=payment, actor=actor_of(grant.officer))
    assert payment.approved_payee_id == changed.id
    services.release_payment(payment=payment, actor=actor_of(grant.finance))
    assert payment.state == "released"


def test_an_account_that_was_changed_since_is_not_confirmed(app):
    grant = make_project("sent")
    first = make_payee(grant, confirmed=False)
    make_payee(grant, account=OTHER, confirmed=False)
    with pytest.raises(Conflict, match="another bank account"):
        services.confirm_payee(payee=first, actor=actor_of(grant.finance))
    assert db.session.scalar(select(Payee.confirmed_at).where(Payee.id == first.id)) is None


def test_finance_who_joins_the_grantee_loses_the_programme_side(app):
    grant = make_project("sent")
    payee = make_payee(grant, confirmed=False)
    make_member(grant.organisation, "viewer", grant.finance)
    assert policy.relations(actor_of(grant.finance), payee) == {"viewer"}
    assert policy.relations(actor_of(make_person()), payee) == frozenset()
