"""Playing a world: the ground first, then every proposal as far as its file says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from app.calls import document as call_document
from app.developers.worlds import applying, deciding, foundations, funding, reviewing
from app.developers.worlds.diary import Diary, WorldError
from app.developers.worlds.moments import Calendar, NoMoment
from app.developers.worlds.register import Register
from app.developers.worlds.specifications import CallSpec, ProgrammeSpec, ProposalSpec, World
from app.developers.worlds.story import Story
from app.proposals import services as proposals
from workflows.proposal_lifecycle import ProposalState

P = ProposalState
COUNTED_DAYS = 21
REVIEWED = (P.DECIDING.value, P.AWARDED.value, P.RESERVE.value, P.DECLINED.value)
DECIDED = REVIEWED[1:]


def load(world: World, now: datetime, after_each: Callable[[], object] = lambda: None) -> Register:
    """Play the whole world in the present transaction; raises ``WorldError`` at the first step that is refused."""
    diary, register = Diary(now), Register()
    calendars = foundations.plan(world, diary, register)
    documents = {parsed.code: parsed for spec in world.calls if not spec.without for parsed in [_parsed(spec, now)]}
    for spec in world.proposals:
        if spec.call not in calendars:
            raise WorldError(f"proposal {spec.key}: there is no call “{spec.call}” in this world.")
        plan_proposal(_story(spec, world, documents[spec.call], calendars[spec.call], diary, register))
    for days in range(COUNTED_DAYS, -1, -1):
        diary.write(now - timedelta(days=days), "drafts counted", proposals.count_all_drafts)
    diary.play(after_each)
    return register


def _parsed(spec: CallSpec, now: datetime) -> call_document.CallDocument:
    return call_document.parse(foundations.moved(spec, now))


def _story(
    spec: ProposalSpec,
    world: World,
    document: call_document.CallDocument,
    calendar: Calendar,
    diary: Diary,
    register: Register,
) -> Story:
    code = document.programme["code"]
    programme = next((p for p in world.programmes if p.code == code), None) or ProgrammeSpec(code, code, "", {})
    first = calendar.windows[document.stages[0].key]
    prose = world.prose.get(spec.language, {})
    return Story(spec, document, calendar, programme, prose, diary, register, first.opens)


def plan_proposal(story: Story) -> None:
    """Put down everything about one proposal."""
    spec = story.spec
    stage_key, _, state = spec.reaches.rpartition(".")
    try:
        if stage_key:
            _plan_stages(story, stage_key, state)
        else:
            _plan_stages(story, story.call.stages[-1].key, _last_state(story))
            _plan_judgement(story)
        _plan_extras(story)
    except NoMoment as error:
        raise WorldError(f"proposal {spec.key}: {error}") from error


def _last_state(story: Story) -> str:
    """How the last stage ends before the whole proposal reaches its state."""
    if story.spec.reaches == P.APPLYING.value:
        return "draft"
    if story.spec.reaches == P.WITHDRAWN.value:
        return "withdrawn"
    return "accepted"


def _plan_stages(story: Story, last: str, state: str) -> None:
    """Every stage before the last wanted one is answered; that one comes as far as it shall."""
    story.parsed_stage(last)
    for stage in story.call.stages:
        if stage.key == last:
            applying.plan_stage(story, stage.key, state)
            return
        applying.plan_stage(story, stage.key, "advised" if stage.gives_advice else "accepted")


def _plan_judgement(story: Story) -> None:
    spec = story.spec
    if spec.reaches not in (P.ASSESSING.value, *REVIEWED):
        return
    reviews = spec.reviews or (reviewing.default_reviews(story) if spec.reaches in REVIEWED else ())
    begin = end = story.cursor
    for review in reviews:
        story.cursor = begin
        reviewing.plan_review(story, review)
        end = max(end, story.cursor)
    story.cursor = end
    if spec.reaches not in REVIEWED:
        return
    decision = spec.decision or (deciding.default_decision(spec.reaches) if spec.reaches in DECIDED else None)
    reviewing.plan_tabling(story, dict(decision.at) if decision else {})
    if decision is not None:
        deciding.plan_decision(story, decision)
    if spec.project is not None:
        funding.plan_project(story, spec.project)


def _plan_extras(story: Story) -> None:
    """Conflicts and messages have a time of their own."""
    for conflict in story.spec.conflicts:
        step = partial(_record_conflict, story, conflict.person, conflict.note)
        story.diary.write(story.calendar.instant(conflict.at), f"conflict of {conflict.person}", step)
    for message in story.spec.messages:
        step = partial(_post_message, story, message.by, message.text)
        story.diary.write(story.calendar.instant(message.at), f"message of {message.by}", step)


def _post_message(story: Story, by: str, text: str) -> None:
    proposals.post_message(proposal=story.proposal(), text=text, actor=story.register.actor(by))


def _record_conflict(story: Story, person: str, note: str) -> None:
    proposals.record_conflict(
        proposal=story.proposal(),
        person_id=story.register.ident("person", person),
        basis="recorded_by_staff",
        note=note,
        actor=story.officer(),
    )
