"""What must always hold in the database and the file store; each check yields one sentence for each break."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from app.developers.invariants import keeping, money, people, states

Check = Callable[[], Iterable[str]]

CHECKS: dict[str, Check] = {
    "The awards of every call stay within its budget": money.awards_within_budget,
    "Every project has the amount that was decided and announced": money.projects_match_decisions,
    "The tranches of every agreement in force make its award": money.tranches_make_award,
    "The ledger holds one commitment for every project": money.commitments_match,
    "The ledger holds one disbursement for every payment made, and no other": money.disbursements_match,
    "Amounts that belong together are in one currency": money.one_currency,
    "The newest audit entry of every record tells its state": states.audit_tells_state,
    "An outcome is on a proposal exactly when it is announced": states.outcomes_announced,
    "A proposal is assessed only after its last stage was accepted": states.assessed_after_acceptance,
    "A tranche moves only after its milestone": states.tranches_follow_milestones,
    "Every mine site stands on the step last found": states.sites_on_last_step,
    "Nobody reviews a proposal twice": people.one_review_each,
    "Nobody with a conflict of interest works on a proposal": people.no_conflicted_work,
    "Money passes through two pairs of hands": people.two_persons,
    "Every sealed submission is what was sealed": keeping.seals_unbroken,
    "Sealed versions are numbered without gaps": keeping.seals_numbered,
    "Every receipt is signed and names its version": keeping.receipts_true,
    "Every form is what it was when it was published": keeping.forms_unchanged,
    "Every stored file is there, whole": keeping.files_whole,
    "The audit trail is whole": keeping.audit_whole,
}


def run() -> Iterator[tuple[str, list[str]]]:
    """Run every check; yields its name and what it found (nothing, when all is well)."""
    for name, check in CHECKS.items():
        yield name, list(check())
