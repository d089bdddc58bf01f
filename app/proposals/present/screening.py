"""The programme's side: the list of a call, the screening page, and the pages of its moves."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, ngettext

from app.calls.checks import Suggestion
from app.calls.form_schema import Form, text
from app.calls.models import Call
from app.calls.present.eligibility import window_choices
from app.core.types import Actor
from app.identity.models import Person
from app.proposals import policy, queries, services
from app.proposals.models import Proposal, ScreeningCheck, StageSubmission
from app.proposals.present.checking import file_links, place
from app.proposals.present.figures import FigureView, figures_view
from app.proposals.present.offers import stage_offers
from app.proposals.present.pages import Row, rows_of
from app.proposals.present.parts import Badge, OfferView, badge_of, received_text
from app.proposals.present.sections import SectionView, sections_view
from app.proposals.present.stages import AdviceView, advice_view
from app.proposals.present.status import Status, status_of
from app.proposals.progress import APPLICANT, COMMITTEE, PROGRAMME
from app.proposals.snapshot import read
from app.web.filters import money, translate
from app.web.pagination import Page
from workflows.actors import STAFF
from workflows.machine import N_
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState

OUTCOMES = {"pass": N_("Passes"), "fail": N_("Fails"), "open": N_("Not decided")}
TONES = {"pass": "done", "fail": "refused", "open": "open"}


@dataclass(frozen=True)
class CallList:
    """The proposals of a call as the programme works through them."""

    call: str
    call_code: str
    rows: tuple[Row, ...]
    page: Page | None
    total: int
    drafts: str
    states: tuple[tuple[str, str], ...]
    stages: tuple[tuple[str, str], ...]
    stage_states: tuple[tuple[str, str], ...]
    holders: tuple[tuple[str, str], ...]
    windows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CheckView:
    """One threshold check with what the answers suggest and what a person decided."""

    code: str
    label: str
    help: str
    outcome: str
    outcome_badge: Badge
    note: str
    version: int
    suggestion: Badge | None
    suggestion_reason: str
    decided_by: str
    error: str = ""


@dataclass(frozen=True)
class ScreeningPage:
    """The sealed answers beside the threshold checks."""

    reference: str
    proposal_title: str
    proposal_href: str
    organisation: str
    requested: str
    stage: str
    status: Status
    received: str
    number: int
    changes_href: str
    sections: tuple[SectionView, ...]
    figures: tuple[FigureView, ...]
    checks: tuple[CheckView, ...]
    can_decide: bool
    save_url: str
    offers: tuple[OfferView, ...]
    advice: AdviceView | None
    return_text: str


def call_list(call: Call, page: Page, language: str) -> CallList:
    """One page of the programme's list."""
    drafts = queries.count_drafts(call.id)
    return CallList(
        call=text(call.title, language),
        call_code=call.code,
        rows=rows_of(page.rows, language, for_applicant=False),
        page=_bare(page),
        total=page.total,
        drafts=ngettext(
            "%(num)s more is a draft that nobody here can see.",
            "%(num)s more are drafts that nobody here can see.",
            drafts,
        )
        if drafts
        else "",
        states=tuple((s.value, translate(s.label)) for s in ProposalState),
        stages=tuple((stage.key, text(stage.title, language)) for stage in call.stages),
        stage_states=tuple((s.value, translate(s.label)) for s in StageState),
        holders=(
            (APPLICANT, gettext("the applicant")),
            (PROGRAMME, gettext("the programme")),
            (COMMITTEE, gettext("the committee")),
        ),
        windows=window_choices(call, language),
    )


def _bare(page: Page) -> Page:
    """The page without its rows, which are records and stay behind."""
    return Page((), page.number, page.total, page.per_page, page.prev_url, page.next_url)


def screening_page(
    submission: StageSubmission,
    actor: Actor,
    language: str,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> ScreeningPage:
    """The page of one stage in screening; ``typed`` holds what was posted and not kept."""
    proposal = submission.proposal
    sealed = queries.latest_sealed(submission.id)
    if sealed is None:
        raise LookupError("only sealed stages are screened")
    snapshot = read(sealed.snapshot)
    form = queries.form_of(submission)
    given = queries.advice_of(proposal)
    return ScreeningPage(
        reference=proposal.reference,
        proposal_title=proposal.title,
        proposal_href=url_for("proposals.show", proposal_id=proposal.id),
        organisation=proposal.organisation.name,
        requested=money(proposal.requested),
        stage=text(submission.call_stage.title, language),
        status=status_of(proposal, language, for_applicant=False),
        received=received_text(sealed, proposal.call.zone),
        number=sealed.number,
        changes_href=url_for("proposals.changes", **place(submission), number=sealed.number)
        if sealed.number > 1
        else "",
        sections=sections_view(sealed, language, "programme", file_links(submission)),
        figures=figures_view(proposal.call.rules, form, snapshot.answers, proposal.currency, language),
        checks=checks_view(submission, language, typed or {}, errors or {}),
        can_decide=submission.state == StageState.SCREENING and bool(policy.relations(actor, submission) & STAFF),
        save_url=url_for("proposals.decide_checks", **place(submission)),
        offers=stage_offers(submission, actor, language),
        advice=advice_view(given, proposal.call.zone) if given else None,
        return_text=submission.return_text,
    )


def checks_view(
    submission: StageSubmission, language: str, typed: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[CheckView, ...]:
    """The checks in the order of the call, with suggestions in the reader's language."""
    rows = {check.code: check for check in queries.checks_of(submission.id)}
    suggested, form = services.suggestions(submission), queries.form_of(submission)
    names = queries.names_of_deciders(rows.values())
    views = []
    for check in submission.call_stage.checks:
        code, row = check["code"], rows.get(check["code"])
        found = suggested.get(code)
        outcome = typed.get(f"outcome_{code}") or (row.outcome if row else "open")
        views.append(
            CheckView(
                code=code,
                label=text(check["label"], language),
                help=text(check.get("help"), language),
                outcome=outcome,
                outcome_badge=Badge(
                    gettext(OUTCOMES[row.outcome if row else "open"]), TONES[row.outcome if row else "open"]
                ),
                note=typed.get(f"note_{code}", row.note if row else ""),
                version=_version(row, typed.get(f"version_{code}"), code in errors),
                suggestion=Badge(gettext(OUTCOMES[found.outcome]), TONES[found.outcome])
                if found and found.outcome != "open"
                else None,
                suggestion_reason=_reason(found, form, language) if found else "",
                decided_by=_decider(row, names),
                error=errors.get(code, ""),
            )
        )
    return tuple(views)


def _reason(found: Suggestion, form: Form, language: str) -> str:
    """Why an outcome is suggested; questions by their labels."""
    asked = [form.question(name) for name in found.missing]
    named = {"questions": ", ".join(f"“{text(q.label, language)}”" for q in asked if q)} if asked else {}
    return gettext(found.message, **{**found.params, **named})


def _version(row: ScreeningCheck | None, posted: str | None, refused: bool) -> int:
    """The version to post next time. What was posted beside a refused check is undone, so its version is still the old."""
    if posted and posted.isdigit() and not refused:
        return int(posted)
    return row.version if row else 0


def _decider(row: ScreeningCheck | None, names: Mapping[uuid.UUID, str]) -> str:
    return names.get(row.decided_by_id, "") if row and row.decided_by_id and row.outcome != "open" else ""


def people_options(people: Iterable[Person]) -> list[tuple[str, str]]:
    """People to choose from."""
    return [(str(person.id), person.name) for person in people]


def section_options(submission: StageSubmission, language: str) -> list[tuple[str, str]]:
    """The sections of a stage to choose from."""
    form = queries.form_of(submission)
    return [(section.id, text(section.title, language)) for section in form.sections]


def failed_options(submission: StageSubmission, language: str) -> list[tuple[str, str]]:
    """The failed threshold checks, which are the possible reasons for ineligibility."""
    labels = {check["code"]: text(check["label"], language) for check in submission.call_stage.checks}
    failed = [check.code for check in queries.checks_of(submission.id) if check.outcome == "fail"]
    return [(code, f"{code}: {labels.get(code, '')}") for code in failed]


def stage_badge(submission: StageSubmission) -> Badge:
    """The state of a stage in the programme's words."""
    return badge_of(StageState(submission.state), for_applicant=False)


def heading(proposal: Proposal) -> dict[str, str]:
    """What the small pages of a proposal say at their top."""
    return {
        "id": str(proposal.id),
        "reference": proposal.reference,
        "title": proposal.title,
        "href": url_for("proposals.show", proposal_id=proposal.id),
    }
