"""What a sweep over every button needs of people who write together: parts, invitations, questions, talk."""

from __future__ import annotations

from app.identity.models import Person
from app.proposals import services
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_member, make_organisation, make_person
from tests.factories.proposals import fill_in, make_collaborator, make_proposal


def add_team(owner: Person, helper: Person) -> tuple[list[str], list[str]]:
    """Drafts of the owner in which the helper has a part, is invited, or is asked to lead; the pages of each of them."""
    make_organisation(owner=owner)
    call = make_call(process={"sign_off": True})
    draft, joined, led, led_too, signed = (
        make_proposal("draft", call=call, organisation=make_organisation(owner=owner)) for _ in range(5)
    )
    actor, stage = actor_of(owner), draft.stages[-1]
    for proposal in (draft, joined, signed):
        make_collaborator(proposal, "viewer")
    make_member(draft.organisation, "editor", make_person())
    services.invite_collaborator(proposal=draft, email=helper.email, role="viewer", sections=(), actor=actor)
    guest = "guest@demo.example"
    services.invite_collaborator(proposal=joined, email=guest, role="viewer", sections=(), actor=actor)
    make_collaborator(joined, "viewer", person=helper)
    for proposal in (led, led_too):
        make_member(proposal.organisation, "editor", helper)
        services.offer_lead(proposal=proposal, person=helper, actor=actor)
    fill_in(stage)
    services.add_comment(submission=stage, question_id="problem", text="Which shaft?", actor=actor)
    make_collaborator(signed, "signatory")
    fill_in(signed.stages[-1])
    services.request_sign_off(submission=signed.stages[-1], actor=actor)
    teams = [f"/proposals/{p.id}/team" for p in (draft, joined, signed)]
    question = f"/proposals/{draft.id}/stages/{stage.call_stage.key}/questions/problem"
    theirs = [f"/proposals/{p.id}/team" for p in (joined, led, led_too)]
    return [*teams, question], ["/proposals/", *theirs]
