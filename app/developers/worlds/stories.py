"""Reading the proposals of a world file: how far each comes and what is told on the way."""

from __future__ import annotations

from typing import Any

from app.calls.strict import Node
from app.developers.worlds import specifications as spec
from app.projects.models import MILESTONE_KINDS, REPORT_KINDS
from workflows.agreement import AgreementState
from workflows.funding_decision import OUTCOMES, DecisionState
from workflows.milestone_monitoring import MilestoneState
from workflows.payment import PaymentState
from workflows.progress_report import ReportState
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState
from workflows.reviewer_scoring import ReviewState

WHOLE = tuple(s.value for s in ProposalState)
STAGE = (*(s.value for s in StageState), "late")
DEFAULT_MILESTONES = (
    {"title": "Inception report and site selection", "kind": "inception_report", "due": "60", "percent": 30},
    {"title": "Baseline of the mine sites accepted", "kind": "baseline_accepted", "due": "180", "percent": 30},
    {"title": "Mid-term review", "kind": "mid_term_review", "due": "365", "percent": 30},
    {"title": "Final report approved", "kind": "final_report_approved", "due": "700", "percent": 10},
)


def _values(states: Any) -> tuple[str, ...]:
    return tuple(s.value for s in states)


def read_proposal(node: Node) -> spec.ProposalSpec:
    """One proposal."""
    needed = ("key", "call", "organisation", "title", "reaches")
    told = ("stages", "reviews", "decision", "project", "conflicts", "messages")
    parts = node.mapping(needed, ("language", "grant", "rate", "answers", "files", *told))
    return spec.ProposalSpec(
        key=parts["key"].text(),
        call=parts["call"].text(),
        organisation=parts["organisation"].text(),
        title=parts["title"].text(longest=200),
        language=parts["language"].choice(("en", "fr", "es"), "en"),
        reaches=_reaches(parts["reaches"]),
        grant=parts["grant"].amount() or "",
        rate=parts["rate"].integer(0, 1, 100),
        answers=_free(parts["answers"]),
        files={name: str(value) for name, value in _free(parts["files"]).items()},
        stages={key: _stage(parts["stages"].child(key, value)) for key, value in _free(parts["stages"]).items()},
        reviews=tuple(_review(n) for n in parts["reviews"].items()),
        decision=_decision(parts["decision"]) if parts["decision"].value else None,
        project=_project(parts["project"]) if parts["project"].value else None,
        conflicts=tuple(_conflict(n) for n in parts["conflicts"].items()),
        messages=tuple(_message(n) for n in parts["messages"].items()),
    )


def _reaches(node: Node) -> str:
    value = node.text()
    _, dot, state = value.rpartition(".")
    if value and state not in (STAGE if dot else WHOLE):
        node.flaw(
            "“%(value)s” is no state; write STAGE.STATE with one of %(stage)s, or one of %(whole)s",
            value=value,
            stage=", ".join(STAGE),
            whole=", ".join(WHOLE),
        )
    return value


def _free(node: Node) -> dict[str, Any]:
    """Names chosen by the call's file (questions, stages, criteria), checked when the world is played."""
    if node.value is None:
        return {}
    if not isinstance(node.value, dict):
        node.flaw("expected names with values here")
        return {}
    return {str(name): value for name, value in node.value.items()}


def _at(node: Node) -> dict[str, str]:
    return {name: str(value) for name, value in _free(node).items()}


def _texts(node: Node) -> tuple[str, ...]:
    return tuple(n.text() for n in node.items(0, 200))


def _stage(node: Node) -> spec.StageSpec:
    parts = node.mapping((), ("at", "answers", "advice", "advice_text", "returned", "return_text", "failed", "offline"))
    return spec.StageSpec(
        _at(parts["at"]),
        _free(parts["answers"]),
        parts["advice"].choice(("positive", "negative"), "positive"),
        parts["advice_text"].text(),
        _texts(parts["returned"]),
        parts["return_text"].text(),
        _at(parts["failed"]),
        _at(parts["offline"]),
    )


def _review(node: Node) -> spec.ReviewSpec:
    parts = node.mapping(("by", "reaches"), ("scores", "around", "comment", "reason", "at"))
    scores = {code: value for code, value in _free(parts["scores"]).items() if isinstance(value, int)}
    return spec.ReviewSpec(
        parts["by"].text(),
        parts["reaches"].choice(_values(ReviewState), "final"),
        scores,
        parts["around"].integer(4, 1, 10),
        parts["comment"].text(),
        parts["reason"].text(),
        _at(parts["at"]),
    )


def _decision(node: Node) -> spec.DecisionSpec:
    keys = ("reaches", "outcome", "amount", "votes", "at", "rationale", "conditions", "feedback")
    parts = node.mapping((), keys)
    return spec.DecisionSpec(
        parts["reaches"].choice(_values(DecisionState), "announced"),
        parts["outcome"].choice(OUTCOMES, "awarded"),
        parts["amount"].amount() or "",
        parts["rationale"].text(),
        parts["conditions"].text(),
        parts["feedback"].text(),
        _at(parts["votes"]),
        _at(parts["at"]),
    )


def _project(node: Node) -> spec.ProjectSpec:
    parts = node.mapping((), ("starts", "months", "agreement", "milestones", "sites", "reports", "at"))
    milestones = parts["milestones"]
    if milestones.value is None:
        milestones = Node(list(DEFAULT_MILESTONES), milestones.path, milestones.flaws)
    return spec.ProjectSpec(
        str(parts["starts"].value if parts["starts"].value is not None else ""),
        parts["months"].integer(24, 1, 120),
        parts["agreement"].choice(_values(AgreementState), "active"),
        tuple(_milestone(n) for n in milestones.items(1, 30)),
        _texts(parts["sites"]),
        tuple(_report(n) for n in parts["reports"].items(0, 60)),
        _at(parts["at"]),
    )


def _milestone(node: Node) -> spec.MilestoneSpec:
    needed = ("title", "kind", "due", "percent")
    parts = node.mapping(needed, ("reaches", "account", "finding", "evidence", "payment", "reason", "at"))
    return spec.MilestoneSpec(
        parts["title"].text(longest=200),
        parts["kind"].choice(MILESTONE_KINDS, "output_milestone"),
        str(parts["due"].value),
        parts["percent"].integer(0, 0, 100),
        parts["reaches"].choice(_values(MilestoneState), "planned"),
        parts["account"].text("The work of this milestone was done as planned; the evidence is attached."),
        parts["finding"].text("The evidence was checked against the plan and found in order."),
        _texts(parts["evidence"]) or ("evidence.pdf",),
        parts["payment"].choice((*_values(PaymentState), "held"), ""),
        parts["reason"].text(),
        _at(parts["at"]),
    )


def _report(node: Node) -> spec.ReportSpec:
    parts = node.mapping(("kind", "reaches"), ("narrative", "at"))
    return spec.ReportSpec(
        parts["kind"].choice(REPORT_KINDS, "progress"),
        parts["reaches"].choice(_values(ReportState), "submitted"),
        parts["narrative"].text("The work went on as planned; the figures are in the annex."),
        _at(parts["at"]),
    )


def _conflict(node: Node) -> spec.ConflictSpec:
    parts = node.mapping(("person", "note", "at"))
    return spec.ConflictSpec(parts["person"].text(), parts["note"].text(), str(parts["at"].value))


def _message(node: Node) -> spec.MessageSpec:
    parts = node.mapping(("by", "text", "at"))
    return spec.MessageSpec(parts["by"].text(), parts["text"].text(), str(parts["at"].value))
