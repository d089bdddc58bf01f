"""A plain reading of the search language over proposals noted down, to compare the queries with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.dashboard.searching import And, Not, Or, Text
from app.extensions import db
from app.identity.models import Organisation, Person
from app.reviews.models import Review

ZONE = ZoneInfo("Europe/Amsterdam")


@dataclass
class Facts:
    """A proposal as a person would note it down."""

    reference: str
    title: str
    org: str
    call: str
    state: str
    amount: Decimal | None
    countries: list
    minerals: list
    window: str
    lang: str
    submitted: datetime
    reviews: list = field(default_factory=list)
    decision: tuple = ()

    def open(self):
        return [
            r
            for r in self.reviews
            if self.state == "assessing" and r.state in ("invited", "accepted", "draft", "reopened")
        ]

    def totals(self):
        return [Decimal(r.total_hundredths) / 100 for r in self.reviews if r.state in ("submitted", "final")]

    def live(self):
        return [r for r in self.reviews if r.state not in ("declined", "conflicted", "recused")]


def holds(node, one, now):
    """The plain reading of a search."""
    if isinstance(node, And):
        return all(holds(n, one, now) for n in node.nodes)
    if isinstance(node, Or):
        return any(holds(n, one, now) for n in node.nodes)
    if isinstance(node, Not):
        return not holds(node.node, one, now)
    if isinstance(node, Text):
        return any(node.text.lower() in text.lower() for text in (one.title, one.reference, one.org))
    name, values = node.word.name, node.values
    if name in {"title", "org", "call", "ref"}:
        text = {"title": one.title, "org": one.org, "call": one.call, "ref": one.reference}[name]
        return values[0].lower() in text.lower()
    if name in {"amount", "score", "spread", "reviews", "asked", "open"}:
        return compared(node, number_of(name, one))
    if name in {"due", "submitted"}:
        return dated(node, one, now)
    return OTHERS[name](one, values, node.special, now)


def number_of(name, one):
    totals = one.totals()
    return {
        "amount": one.amount,
        "score": sum(totals) / len(totals) if totals else None,
        "spread": max(totals) - min(totals) if totals else None,
        "reviews": len(totals),
        "asked": len(one.live()),
        "open": len(one.open()),
    }[name]


def compared(term, value):
    if term.special:
        return value is None
    if value is None:
        return False
    wanted = term.values[0]
    if term.op == "..":
        return wanted <= value <= term.upto
    return {
        ":": value == wanted,
        "<": value < wanted,
        "<=": value <= wanted,
        ">": value > wanted,
        ">=": value >= wanted,
    }[term.op]


def dated(term, one, now):
    value = (
        one.submitted
        if term.word.name == "submitted"
        else min((r.due_at for r in one.open() if r.due_at > now), default=None)
    )
    if term.special or value is None:
        return bool(term.special) and value is None
    wanted = term.values[0]
    if isinstance(wanted, timedelta):
        return now <= value <= now + wanted if term.word.ahead else now - wanted <= value <= now
    day = value.astimezone(ZONE).date()
    if term.op == "..":
        return wanted <= day <= term.upto
    return {
        ":": day == wanted,
        "=": day == wanted,
        "<": day < wanted,
        "<=": day <= wanted,
        ">": day > wanted,
        ">=": day >= wanted,
    }[term.op]


OTHERS = {
    "status": lambda one, values, _s, _n: one.state in values or "accepted" in values,
    "stage": lambda one, values, _s, _n: values[0] == "full_proposal",
    "window": lambda one, values, special, _n: one.window == ("" if special else values[0]),
    "country": lambda one, values, _s, _n: bool(set(values) & set(one.countries)),
    "mineral": lambda one, values, _s, _n: bool(set(values) & set(one.minerals)),
    "lang": lambda one, values, _s, _n: one.lang in values,
    "late": lambda one, values, _s, now: any(r.due_at <= now for r in one.open()) == values[0],
    "review": lambda one, values, _s, _n: any(r.state in values for r in one.reviews),
    "phase": lambda one, values, _s, _n: "scoring" in values,
    "decision": lambda one, values, special, _n: not one.decision if special else bool(set(values) & set(one.decision)),
    "reviewer": lambda one, values, special, _n: {"none": not one.live(), "any": bool(one.live())}[special]
    if special
    else any(values[0].lower() in r.reviewer.name.lower() for r in one.live()),
}  # fmt: skip


def noted(proposals):
    reviews = db.session.query(Review).all()
    names = {o.id: o.name for o in db.session.query(Organisation)}
    locales = {p.id: p.locale for p in db.session.query(Person)}
    people = {p.id: p for p in db.session.query(Person)}
    for review in reviews:
        assert people[review.reviewer_id].name
    return [
        Facts(
            p.reference, p.title, names[p.organisation_id], p.call.code, p.state,
            None if p.requested_minor is None else Decimal(p.requested_minor) / 100,
            p.countries, p.minerals, p.funding_window, locales[p.lead_id], p.stages[-1].submitted_at,
            [_Seen(r.state, r.due_at, r.total_hundredths, people[r.reviewer_id]) for r in reviews if r.proposal_id == p.id],
        )
        for p in proposals
    ]  # fmt: skip


@dataclass
class _Seen:
    state: str
    due_at: datetime
    total_hundredths: int | None
    reviewer: object


TERMS = [
    term
    for line in r"""
pits | 100% | tin_ | back\ | house | "house b" | title:gold | org:b | ref:-0 | call:no-such-call | status:assessing
status:accepted | status:deciding,assessing | status:awarded | stage:full_proposal | stage:quick | window:small | window:none
country:CD | country:RW,BO | mineral:tin | mineral:gold,cobalt | lang:fr | lang:en,es | amount>100000 | amount<=75000
amount:75000..125000 | amount:none | amount=75000 | score<70 | score>=80 | score:none | score:60..70.5 | spread>15
spread:0 | spread:none | reviews:0 | reviews<2 | reviews>=2 | asked<2 | asked:0..1 | open>0 | open:0 | reviewer:none
reviewer:any | reviewer:ana | reviewer:"reviewer ben" | reviewer:% | review:submitted | review:invited,declined
late:yes | late:no | due:7d | due:30d | due:none | due>2026-06-05 | due<=2026-06-06 | due:2026-06-01..2026-06-08
submitted:1d | submitted:7d | submitted<2026-06-01 | submitted>=2026-06-01 | submitted:2026-06-01 | phase:scoring
phase:closed | decision:none | decision:awarded
""".strip().splitlines()
    for term in line.split(" | ")
]
