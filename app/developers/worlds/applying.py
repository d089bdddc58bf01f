"""A proposal's way through the stages of its call: written, submitted, screened, returned, accepted, advised."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from functools import partial

from app.core import clock
from app.core.errors import MoveRefused
from app.developers.worlds.answers import Teller, fill
from app.developers.worlds.attachments import make_file
from app.developers.worlds.diary import WorldError
from app.developers.worlds.posting import fields_of
from app.developers.worlds.specifications import StageSpec
from app.developers.worlds.story import Story
from app.proposals import offline, queries, services
from app.proposals.models import StageSubmission
from workflows.proposal_submission import StageState

S = StageState
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WRITTEN = (S.DRAFT.value, S.AWAITING_SIGN_OFF.value, "late")
SCREENED = (S.SCREENING.value, S.RETURNED.value, S.ACCEPTED.value, S.ADVISED.value, S.INELIGIBLE.value)
CORRECTION = timedelta(days=10)


def plan_stage(story: Story, key: str, state: str) -> None:
    """Put down the steps that bring one stage into a state."""
    told, window = story.spec.stages.get(key, StageSpec()), story.calendar.windows[key]
    first, story.started, whole = not story.started, True, state != S.DRAFT
    story.not_before = window.opens
    start, write = partial(_start, story, key, first), partial(_write, story, key, told, whole)
    submit = partial(_submit, story, key)
    story.step(told.at, "start", DAY, f"{key} started", start, latest=window.closes - 2 * HOUR)
    story.step(told.at, "write", HOUR, f"{key} written", write, latest=window.closes - HOUR)
    if state in WRITTEN:
        _plan_unsubmitted(story, key, state, told)
        return
    story.step(told.at, "submit", 2 * HOUR, f"{key} submitted", submit, latest=window.closes - HOUR / 2)
    if state == S.WITHDRAWN:
        story.step(told.at, "withdraw", DAY, "withdrawn", partial(_withdraw, story))
    if state in SCREENED:
        _plan_screening(story, key, state, told)


def _plan_unsubmitted(story: Story, key: str, state: str, told: StageSpec) -> None:
    if told.offline:
        story.step(told.at, "offline", HOUR, f"{key} offline form returned", partial(_bring_back, story, key, told))
    if state == S.AWAITING_SIGN_OFF:
        story.step(told.at, "ask", HOUR, f"{key} sign-off asked", partial(_ask_for_sign_off, story, key))
    if state == "late":
        story.not_before = story.calendar.windows[key].closes + timedelta(seconds=1)
        story.step(told.at, "submit", timedelta(0), f"{key} submitted too late", partial(_submit_late, story, key))


def _plan_screening(story: Story, key: str, state: str, told: StageSpec) -> None:
    if not story.parsed_stage(key).screens_on_receipt:
        story.not_before = story.calendar.windows[key].closes + HOUR
    story.step(told.at, "screen", DAY, f"{key} screening", partial(_screen, story, key))
    if told.returned or state == S.RETURNED:
        story.step(told.at, "return", 2 * HOUR, f"{key} returned", partial(_return, story, key, told))
    if told.returned and state not in (S.RETURNED, S.SCREENING):
        story.step(told.at, "correct", 2 * DAY, f"{key} corrected", partial(_correct, story, key))
    if state == S.INELIGIBLE:
        story.step(told.at, "find_ineligible", DAY, f"{key} not eligible", partial(_find_ineligible, story, key, told))
    if state in (S.ACCEPTED, S.ADVISED):
        story.step(told.at, "accept", DAY, f"{key} accepted", partial(_accept, story, key))
    if state == S.ADVISED:
        story.step(told.at, "write_advice", 2 * HOUR, f"{key} advice written", partial(_write_advice, story, key, told))
        story.step(told.at, "advise", DAY, f"{key} advice given", partial(_give_advice, story, key))


def _start(story: Story, key: str, first: bool) -> None:
    if first:
        proposal = services.start_proposal(
            call=story.register.call(story.spec.call),
            organisation=story.register.organisation(story.spec.organisation),
            title=story.spec.title,
            actor=story.writer(),
        )
        story.register.keep("proposal", story.spec.key, proposal.id)
    if all(stage.call_stage.key != key for stage in story.proposal().stages):
        services.start_stage(proposal=story.proposal(), key=key, actor=story.writer())


def _write(story: Story, key: str, told: StageSpec, whole: bool) -> None:
    """Fill in the sections as a browser would; a draft gets half of them, the others also their files."""
    submission = story.stage(key)
    form = queries.form_of(submission)
    answers = fill(form, _teller(story, told))
    for section in form.sections if whole else form.sections[: (len(form.sections) + 1) // 2]:
        fields = fields_of(form, section.id, answers)
        if fields:
            services.save_section(
                submission=submission, section_id=section.id, fields=fields, expected_version=None, actor=story.writer()
            )
    for section in form.sections if whole else ():
        for question in section.questions:
            wanted = question.kind == "file" and (question.required or question.id in story.spec.files)
            if wanted and not queries.file_counts(submission.id).get(question.id):
                _attach(story, submission, question.id)


def _teller(story: Story, told: StageSpec) -> Teller:
    spec, organisation = story.spec, story.register.organisation(story.spec.organisation)
    call = story.register.call(spec.call)
    return Teller(
        organisation.name,
        organisation.country,
        organisation.kind,
        spec.title,
        Decimal(spec.grant or "100000.00"),
        spec.rate,
        (clock.now() + 120 * DAY).date().isoformat(),
        {**story.prose, **spec.answers, **told.answers},
        call.rules,
    )


def _attach(story: Story, submission: StageSubmission, question_id: str) -> None:
    name = story.spec.files.get(question_id, f"{question_id.replace('_', '-')}.pdf")
    lines = (story.spec.title, story.register.organisation(story.spec.organisation).name, name)
    services.attach_file(
        submission=submission,
        question_id=question_id,
        stream=io.BytesIO(make_file(name, lines)),
        name=name,
        actor=story.writer(),
    )


def _submit(story: Story, key: str) -> None:
    if story.register.call(story.spec.call).process.get("sign_off"):
        _ask_for_sign_off(story, key)
    services.submit(submission=story.stage(key), actor=story.owner())


def _ask_for_sign_off(story: Story, key: str) -> None:
    services.request_sign_off(submission=story.stage(key), actor=story.writer())


def _submit_late(story: Story, key: str) -> None:
    """The attempt is refused and stays in the history; a world in which it succeeds is wrong."""
    try:
        services.submit(submission=story.stage(key), actor=story.owner())
    except MoveRefused:
        return
    raise WorldError(f"{story.spec.key}: the late submission of {key} was not refused.")


def _bring_back(story: Story, key: str, told: StageSpec) -> None:
    """An offline form comes back that answers some questions otherwise; nobody has compared it yet."""
    submission = story.stage(key)
    fields = {question: [words] for question, words in told.offline.items()}
    base = {question: [str(submission.answers.get(question, ""))] for question in fields}
    told_by_file = {"format": offline.FORMAT, "proposal": str(submission.proposal_id), "stage": key}
    block = {**told_by_file, "form_sha256": submission.form_version.sha256, "base": base, "fields": fields}
    content = offline.document("<!-- pack head --><!-- pack foot -->", "", "", block).encode()
    services.keep_return(submission=submission, content=content, actor=story.writer())


def _withdraw(story: Story) -> None:
    services.withdraw(proposal=story.proposal(), reason="Our partner has left the project.", actor=story.owner())


def _screen(story: Story, key: str) -> None:
    services.start_screening(submission=story.stage(key), actor=story.officer())


def _return(story: Story, key: str, told: StageSpec) -> None:
    submission = story.stage(key)
    sections = told.returned or (queries.form_of(submission).sections[0].id,)
    services.return_for_corrections(
        submission=submission,
        sections=sections,
        text=told.return_text or "Please make these answers more concrete.",
        correct_by=clock.now() + CORRECTION,
        actor=story.officer(),
    )


def _correct(story: Story, key: str) -> None:
    services.correct(submission=story.stage(key), actor=story.owner())


def _decide_checks(story: Story, key: str, failed: dict[str, str]) -> None:
    submission = story.stage(key)
    for check in queries.checks_of(submission.id):
        outcome = "fail" if check.code in failed else "pass"
        services.decide_check(
            submission=submission,
            code=check.code,
            outcome=outcome,
            note=failed.get(check.code, ""),
            actor=story.officer(),
        )


def _accept(story: Story, key: str) -> None:
    _decide_checks(story, key, {})
    services.accept(submission=story.stage(key), actor=story.officer())


def _find_ineligible(story: Story, key: str, told: StageSpec) -> None:
    codes = [check["code"] for check in story.stage(key).call_stage.checks]
    failed = dict(told.failed) or {codes[0]: "The answers do not show this."}
    _decide_checks(story, key, failed)
    services.find_ineligible(
        submission=story.stage(key),
        reason_codes=list(failed),
        reason=next(iter(failed.values())),
        actor=story.officer(),
    )


def _write_advice(story: Story, key: str, told: StageSpec) -> None:
    text = told.advice_text or "The idea fits the call. Describe the risks and the buyers more closely."
    services.write_advice(submission=story.stage(key), outcome=told.advice, text=text, actor=story.officer())


def _give_advice(story: Story, key: str) -> None:
    services.give_advice(submission=story.stage(key), actor=story.officer())
