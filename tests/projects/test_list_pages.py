"""Lists of projects: filters, what is due, the spreadsheet, sums, and constant queries."""

import csv
import io
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import event

from app.extensions import db
from app.projects import queries, services
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_member, make_organisation
from tests.factories.projects import (
    IBAN,
    bring_payment,
    make_call_row,
    make_grant,
    make_project,
    verify,
)
from tests.projects.pages import pages


def test_lists_follow_their_filters(frozen, client, sign_in, grant):
    other = make_project("drafted", make_grant(call=grant.project.call))
    bring_payment(grant, "requested")
    services.hold_payment(
        payment=queries.get_payment(grant.payments[1].id), actor=actor_of(grant.manager), reason="Wait."
    )
    sign_in(client, grant.manager)

    def rows(path):
        return len(soup(client.get(path)).select("tbody tr"))

    assert rows("/projects/") == 2
    assert rows("/projects/?state=drafted") == 1
    assert rows(f"/projects/?q={other.project.reference}") == 1
    assert rows(f"/projects/?call={grant.project.call.code}") == 2
    assert rows("/projects/?call=nothing") == 0
    assert rows("/projects/payments") == 8
    assert rows("/projects/payments?state=requested") == 1
    assert rows("/projects/payments?state=held") == 1
    assert rows("/projects/milestones") == 8
    assert rows("/projects/milestones?state=verified") == 1
    assert rows("/projects/milestones?state=overdue") == 0


def test_overdue_and_soon_come_from_the_date(client, sign_in, app, frozen):
    grant = make_project("active")
    due = grant.milestones[0].due_on
    sign_in(client, grant.officer)
    for days, state in ((-10, "soon"), (1, "overdue")):
        frozen(datetime.combine(due + timedelta(days=days), time(12), UTC))
        assert len(soup(client.get(f"/projects/milestones?state={state}")).select("tbody tr")) == 1
    assert "Overdue" in text_of(client.get(f"/projects/{grant.project.id}"))


def test_the_spreadsheet_says_what_the_page_says(client, sign_in, grant):
    bring_payment(grant, "paid")
    grant.project.title = '=HYPERLINK("http://evil")'
    db.session.flush()
    sign_in(client, grant.auditor)
    body = client.get("/projects/payments.csv").get_data().decode("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(body)))
    assert head[0] == "Project"
    assert len(rows) == 4
    assert {row[1] for row in rows} == {'\'=HYPERLINK("http://evil")'}
    amounts = [row[head.index("Amount")] for row in rows]
    assert amounts == ["102000.00", "102000.00", "102000.00", "34000.00"]
    assert "together €340,000.00" in text_of(client.get("/projects/payments"))
    assert IBAN not in body


def test_sums_of_several_currencies_stand_side_by_side(client, sign_in, grant):
    call = make_call_row(grant.programme, currency="JPY")
    yen = make_grant(call=call, currency="JPY", amount_minor=1_000_000)
    make_project("drafted", yen)
    sign_in(client, grant.manager)
    assert "together €340,000.00 + ¥1,000,000" in text_of(client.get("/projects/payments"))


def counted(client, path):
    seen = []
    listener = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)
    return len([s for s in seen if s.lstrip().upper().startswith("SELECT")])


def test_lists_ask_the_same_number_of_questions_however_long(client, sign_in, grant):
    sign_in(client, grant.manager)
    paths = ("/projects/", "/projects/payments", "/projects/milestones", "/projects/payments.csv")
    one = [counted(client, path) for path in paths]
    for _ in range(12):
        make_project("drafted", make_grant(call=grant.project.call, amount_minor=1_000_000))
    assert [counted(client, path) for path in paths] == one
    assert max(one) <= 20


def test_pages_stay_within_their_queries(new_client, sign_in, grant):
    verify(grant)
    for who, most in (("owner", 16), ("manager", 20)):
        client = sign_in(new_client(), getattr(grant, who))
        for page in pages(grant):
            assert counted(client, page) <= most, (who, page, counted(client, page))


def test_a_member_of_another_organisation_sees_only_their_own(client, sign_in, grant):
    person = make_member(make_organisation())
    sign_in(client, person)
    response = client.get("/projects/")
    assert response.status_code == 200
    assert grant.project.reference not in response.get_data(as_text=True)
