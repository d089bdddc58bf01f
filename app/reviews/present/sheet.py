"""The score sheet as its reviewer fills it in, with what was typed laid over what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext

from app.calls import form_schema
from app.calls.form_schema import Form
from app.calls.rubric import Criterion, Rubric, RubricSection
from app.core.types import Money
from app.reviews import scoring
from app.reviews.budget import BudgetLine
from app.reviews.forms import allowed_scores
from app.reviews.models import Review
from app.reviews.present.parts import Badge, Deadline, badge, deadline, locale, points
from app.reviews.services import is_editable
from app.reviews.sheet import NOT_APPLICABLE, Sheet
from app.web.filters import money, number


@dataclass(frozen=True)
class Typed:
    """What was posted and not kept; ``overtaken``: because the sheet was changed elsewhere meanwhile.

    ``again``: because its writer had been signed out; ``two``: some texts wait beside what another page wrote.
    """

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    overtaken: bool = False
    again: bool = False
    flat: bool = False
    two: bool = False


@dataclass(frozen=True)
class TextField:
    """A text with its error; ``stored`` is the other version when two collided."""

    name: str
    value: str
    error: str = ""
    stored: str | None = None


@dataclass(frozen=True)
class Step:
    """One score of the scale, or that the criterion is not applicable."""

    value: str
    label: str
    checked: bool


@dataclass(frozen=True)
class CriterionView:
    """One criterion to score; ``jumps`` lead to the sections of the proposal that bear on it.

    ``anchors``: score and what it means for this criterion, where the rubric says it.
    """

    code: str
    label: str
    help: str
    worth: str
    steps: tuple[Step, ...]
    anchors: tuple[tuple[int, str], ...]
    score: TextField
    reason: TextField
    needs: str
    jumps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SectionView:
    """A section of the rubric with its criteria and its compulsory comment."""

    code: str
    label: str
    max: int
    minimum: int
    points: str
    criteria: tuple[CriterionView, ...]
    comment: TextField


@dataclass(frozen=True)
class RemarkView:
    """A line of the budget with what the reviewer remarks on it."""

    label: str
    amount: str
    remark: TextField


@dataclass(frozen=True)
class SheetView:
    """The whole sheet. ``flat``: every criterion got the same score, and nobody said yet that this is meant."""

    id: str
    reference: str
    title: str
    state: Badge
    due: Deadline
    editable: bool
    version: int
    saved: bool
    total: str
    justify: str
    sections: tuple[SectionView, ...]
    comment_to_applicant: TextField
    note_to_staff: TextField
    recommended: TextField
    currency: str
    remarks: tuple[RemarkView, ...]
    minutes: str
    flat: bool
    overtaken: bool
    again: bool
    two: bool


class _Overlay:
    """Gives every field its value: the typed one if there is one, else the stored one."""

    def __init__(self, typed: Typed) -> None:
        self.typed = typed

    def text(self, name: str, stored: str) -> TextField:
        given = self.typed.fields.get(name)
        value = given[-1] if given else stored
        differs = self.typed.overtaken and value.strip() != stored.strip()
        return TextField(name, value, self.typed.problems.get(name, ""), stored if differs else None)


def total_text(rubric: Rubric, sheet: Sheet) -> str:
    """The weighted total, of the whole or of what is scored so far, as a sentence."""
    so_far, possible = scoring.points_so_far(rubric, sheet.scores)
    if not possible:
        return gettext("Nothing scored yet")
    if possible == rubric.total:
        total = scoring.weighted_total(rubric, sheet.scores)
        return gettext("Total: %(points)s of %(most)s points", points=points(total), most=rubric.total)
    return gettext("So far: %(points)s of %(most)s points scored", points=points(so_far), most=possible)


def needs_text(rubric: Rubric, sheet: Sheet, code: str) -> str:
    """Whether a criterion still wants its reason."""
    wanted = scoring.unreasoned(rubric, sheet.scores, sheet.texts, sheet.not_applicable)
    return gettext("A reason is needed.") if code in wanted else ""


def minutes_text(seconds: int) -> str:
    """The estimated time of work in words, to five minutes; nothing for less than that."""
    minutes = round(seconds / 300) * 5
    return gettext("About %(minutes)s minutes of work so far", minutes=minutes) if minutes else ""


def _remark(review: Review, line: BudgetLine, overlay: _Overlay) -> RemarkView:
    label = line.label if isinstance(line.label, str) else form_schema.text(line.label, locale())
    amount = money(Money(line.amount, line.currency or review.proposal.currency))
    return RemarkView(label, amount, overlay.text(f"remark-{line.key}", review.budget_remarks.get(line.key, "")))


def sheet_view(
    review: Review, rubric: Rubric, sheet: Sheet, form: Form | None, lines: Sequence[BudgetLine], typed: Typed
) -> SheetView:
    """The sheet with the reviewer's own texts; nothing of anybody else. ``form`` names what criteria lead to."""
    overlay = _Overlay(typed)
    minor = review.recommended_minor
    amount = "" if minor is None else f"{Money.from_minor(minor, review.proposal.currency).amount:f}"
    return SheetView(
        id=str(review.id),
        reference=review.proposal.reference,
        title=review.proposal.title,
        state=badge(review),
        due=deadline(review),
        editable=is_editable(review),
        version=review.version,
        saved=review.scores_saved_at is not None,
        total=total_text(rubric, sheet),
        justify=", ".join(str(score) for score in rubric.justify),
        sections=tuple(_section(rubric, s, sheet, form, overlay) for s in rubric.sections),
        comment_to_applicant=overlay.text("comment_to_applicant", review.comment_to_applicant),
        note_to_staff=overlay.text("note_to_staff", review.note_to_staff),
        recommended=overlay.text("recommended", amount),
        currency=review.proposal.currency,
        remarks=tuple(_remark(review, line, overlay) for line in lines),
        minutes=minutes_text(review.seconds_spent),
        flat=typed.flat,
        overtaken=typed.overtaken,
        again=typed.again,
        two=typed.two,
    )


def _section(rubric: Rubric, section: RubricSection, sheet: Sheet, form: Form | None, overlay: _Overlay) -> SectionView:
    return SectionView(
        code=section.code,
        label=form_schema.text(section.label, locale()),
        max=section.max,
        minimum=section.minimum,
        points=points(scoring.section_points(rubric, section, sheet.scores)),
        criteria=tuple(_criterion(rubric, c, sheet, form, overlay) for c in section.criteria),
        comment=overlay.text(f"comment-{section.code}", sheet.texts.get(section.code, "")),
    )


def _criterion(
    rubric: Rubric, criterion: Criterion, sheet: Sheet, form: Form | None, overlay: _Overlay
) -> CriterionView:
    stored = sheet.scores.get(criterion.code)
    value = NOT_APPLICABLE if criterion.code in sheet.not_applicable else "" if stored is None else str(stored)
    score = overlay.text(f"score-{criterion.code}", value)
    return CriterionView(
        code=criterion.code,
        label=form_schema.text(criterion.label, locale()),
        help=form_schema.text(criterion.help, locale()),
        worth=gettext("Up to %(most)s points: score × %(weight)s", most=criterion.max, weight=number(criterion.weight)),
        steps=(
            *(_step(rubric, value, score.value) for value in allowed_scores(rubric)),
            Step(NOT_APPLICABLE, gettext("Not applicable"), score.value == NOT_APPLICABLE),
        ),
        anchors=tuple((value, form_schema.text(text, locale())) for value, text in sorted(criterion.anchors.items())),
        score=score,
        reason=overlay.text(f"reason-{criterion.code}", sheet.texts.get(criterion.code, "")),
        needs=needs_text(rubric, sheet, criterion.code),
        jumps=tuple(_jump(form, section_id) for section_id in criterion.sections),
    )


def _step(rubric: Rubric, value: int, chosen: str) -> Step:
    return Step(str(value), form_schema.text(rubric.step_label(value), locale()), chosen == str(value))


def _jump(form: Form | None, section_id: str) -> tuple[str, str]:
    section = form.section(section_id) if form else None
    return (form_schema.text(section.title, locale()) if section else section_id, f"#answers-{section_id}")
