"""What actions and kinds of record are called in the administration."""

from __future__ import annotations

from workflows.catalogue import WORKFLOWS
from workflows.machine import N_

KINDS = {
    "programme": N_("Programme"),
    "call": N_("Call"),
    "proposal": N_("Proposal"),
    "stage_submission": N_("Application of one stage"),
    "review": N_("Review"),
    "decision": N_("Decision"),
    "project": N_("Project"),
    "agreement": N_("Agreement"),
    "milestone": N_("Milestone"),
    "payee": N_("Bank account"),
    "payment": N_("Payment"),
    "report": N_("Report"),
    "organisation": N_("Organisation"),
    "mine_site": N_("Mine site"),
    "mine_position": N_("Exact position of a mine site"),
    "person": N_("Person"),
}
ROLES = {
    "manager": N_("Manager"),
    "officer": N_("Officer"),
    "reviewer": N_("Reviewer"),
    "committee_member": N_("Committee member"),
    "finance": N_("Finance"),
    "auditor": N_("Auditor"),
}
ROLE_HELP = {
    "manager": N_("Manager: answers for the programme, publishes calls, ratifies and announces decisions"),
    "officer": N_("Officer: runs screening, reviews and monitoring"),
    "reviewer": N_("Reviewer: scores the proposals assigned to them"),
    "committee_member": N_("Committee member: votes on funding decisions"),
    "finance": N_("Finance: releases payments"),
    "auditor": N_("Auditor: reads everything of the programme, changes nothing"),
}
STEPS = {
    "audit.read": N_("Audit trail read"),
    "delivery.tried_again": N_("Delivery tried again"),
    "delivery.resumed": N_("Delivery resumed after a restore"),
    "mine_position.read": N_("Exact position read"),
    "payee.read": N_("Account number read"),
    "programme.created": N_("Programme founded"),
    "role.granted": N_("Role given"),
    "role.revoked": N_("Role taken away"),
    "person.created": N_("Account made"),
    "person.registered": N_("Registered"),
    "person.registered_again": N_("Registered again before confirming"),
    "person.email_verified": N_("E-mail address confirmed"),
    "person.address_changed": N_("E-mail address changed before it was confirmed"),
    "person.taken_over": N_("What was begun was taken over by the owner of the address"),
    "person.disowned": N_("Account closed by the owner of the address"),
    "person.signed_in": N_("Signed in"),
    "person.confirmed": N_("Password confirmed"),
    "person.changed": N_("Account changed"),
    "person.password_reset_requested": N_("Link for a new password asked for"),
    "person.password_reset": N_("New password set by link"),
    "person.password_changed": N_("Password changed"),
    "person.suspended": N_("Account suspended"),
    "person.unsuspended": N_("Account opened again"),
    "organisation.created": N_("Organisation registered"),
    "organisation.changed": N_("Profile changed"),
    "organisation.member_invited": N_("Member invited"),
    "organisation.invitation_withdrawn": N_("Invitation withdrawn"),
    "organisation.member_joined": N_("Member joined"),
    "organisation.member_role_changed": N_("Member’s role changed"),
    "organisation.member_left": N_("Member left"),
    "organisation.member_removed": N_("Member removed"),
}


def step_of(action: str) -> str:
    """The words for an action: those above, the label of a workflow's move, else the action's own words."""
    if action in STEPS:
        return STEPS[action]
    workflow, _, name = action.partition(".")
    moves = WORKFLOWS[workflow].named(name) if workflow in WORKFLOWS else ()
    return moves[0].label if moves else name.replace("_", " ").capitalize()


def state_of(action: str, code: str | None) -> str:
    """The label of a state that an entry names."""
    workflow = WORKFLOWS.get(action.partition(".")[0])
    if not code or workflow is None:
        return code or ""
    try:
        return workflow.state(code).label
    except ValueError:
        return code


def known_actions() -> list[tuple[str, str, str]]:
    """``(action, kind, step)`` for the filter: every move of every workflow, and the steps named above."""
    moves = {
        f"{name}.{move.name}": (KINDS.get(name, name), move.label)
        for name, workflow in WORKFLOWS.items()
        for move in workflow.moves
    }
    others = {action: (KINDS.get(action.partition(".")[0], ""), step) for action, step in STEPS.items()}
    return [(action, *words) for action, words in {**moves, **others}.items()]
