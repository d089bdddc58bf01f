"""What the moves of a stage need: each guard gives nothing, or the sentence that says what stands in the way."""

from __future__ import annotations

from workflows.lateness import late_by
from workflows.machine import N_, Refusal
from workflows.stage_facts import StageFacts


def stage_is_open(facts: StageFacts) -> Refusal | None:
    """The one half-open rule: accepted from the opening instant while the clock is before the closing instant."""
    if facts.now < facts.opens_at:
        return Refusal(N_("This stage has not opened yet."))
    if facts.now >= facts.closes_at:
        return Refusal(
            N_("The deadline has passed: this arrived %(late)s late. Your text is kept as a draft."),
            {"late": late_by(facts.now, facts.due_at or facts.closes_at)},
        )
    return None


def corrections_in_time(facts: StageFacts) -> Refusal | None:
    if facts.correct_by is not None and facts.now >= facts.correct_by:
        return Refusal(
            N_("The date for corrections has passed: this arrived %(late)s late. Your text is kept."),
            {"late": late_by(facts.now, facts.correct_by)},
        )
    return None


def answers_complete(facts: StageFacts) -> Refusal | None:
    if facts.missing:
        return Refusal(
            N_("%(count)s answers are missing or need mending: %(what)s."),
            {"count": len(facts.missing), "what": ", ".join(facts.missing[:5])},
            "#missing",
        )
    return None


def rules_kept(facts: StageFacts) -> Refusal | None:
    if facts.broken_rules:
        return Refusal("%(rule)s", {"rule": facts.broken_rules[0]}, "#missing")
    return None


def email_is_verified(facts: StageFacts) -> Refusal | None:
    missing = Refusal(N_("Confirm your e-mail address before you submit."), link="/account/address")
    return None if facts.email_verified else missing


def organisation_is_described(facts: StageFacts) -> Refusal | None:
    """Starting takes a name and a country only; submitting takes the whole profile."""
    missing = N_(
        "Complete the profile of your organisation before you submit: its register number, or why it has none."
    )
    return Refusal(missing, link=facts.lacks_profile) if facts.lacks_profile else None


def earlier_stage_answered(facts: StageFacts) -> Refusal | None:
    return None if facts.earlier_stage_answered else Refusal(N_("The advice on the quick scan has not arrived yet."))


def sign_off_wanted(facts: StageFacts) -> Refusal | None:
    return None if facts.sign_off else Refusal(N_("This call needs no second signature."))


def no_sign_off_wanted(facts: StageFacts) -> Refusal | None:
    return Refusal(N_("A second person must sign off before this is submitted.")) if facts.sign_off else None


def another_person_signs(facts: StageFacts) -> Refusal | None:
    own = Refusal(N_("You asked for the sign-off, so another person who signs must give it."))
    return own if facts.asked_for_sign_off_self else None


def sign_off_asked(facts: StageFacts) -> Refusal | None:
    """A newer version is signed as the first was: asked for by one person, and as it was when it was asked for."""
    missing = Refusal(N_("Nobody has asked for the sign-off of what is written now."))
    return None if facts.sign_off_asked else missing


def not_asked_yet(facts: StageFacts) -> Refusal | None:
    asked = Refusal(N_("The sign-off of this version has been asked for; another person who signs must give it."))
    return asked if facts.sign_off_asked else None


def somebody_else_signs(facts: StageFacts) -> Refusal | None:
    nobody = Refusal(
        N_(
            "Nobody else may sign yet. Make a second member owner, invite a signatory to the team, or let an editor ask "
            "for the signature, so that you may give it."
        )
    )
    return nobody if facts.nobody_else_signs else None


def something_is_new(facts: StageFacts) -> Refusal | None:
    number = facts.unchanged_since
    return (
        Refusal(N_("Nothing has changed since version %(number)s; it stands."), {"number": number}) if number else None
    )


def screening_may_start(facts: StageFacts) -> Refusal | None:
    if facts.now < facts.closes_at and not facts.screens_on_receipt:
        return Refusal(N_("Screening starts when the stage has closed; until then the applicant may still improve it."))
    return None


def checks_decided(facts: StageFacts) -> Refusal | None:
    if facts.undecided_checks:
        return Refusal(
            N_("Decide every threshold check first; open: %(codes)s."),
            {"codes": ", ".join(facts.undecided_checks)},
            "#checks",
        )
    return None


def no_failed_check(facts: StageFacts) -> Refusal | None:
    if facts.failed_checks:
        return Refusal(N_("Threshold checks failed: %(codes)s."), {"codes": ", ".join(facts.failed_checks)}, "#checks")
    return None


def return_is_named(facts: StageFacts) -> Refusal | None:
    if not facts.returned_sections:
        return Refusal(N_("Name at least one section to correct."))
    if facts.correct_by is None or facts.correct_by <= facts.now:
        return Refusal(N_("Give a date in the future for the corrections."))
    return None


def corrections_overdue(facts: StageFacts) -> Refusal | None:
    due = facts.correct_by is not None and facts.now >= facts.correct_by
    return None if due else Refusal(N_("The applicant may still correct; the date for it has not passed."))


def reasons_coded(facts: StageFacts) -> Refusal | None:
    return (
        None
        if facts.reason_codes
        else Refusal(N_("Choose at least one failed threshold check as the reason."), link="#checks")
    )


def advice_written(facts: StageFacts) -> Refusal | None:
    if not facts.gives_advice:
        return Refusal(N_("This stage ends without advice."))
    return None if facts.advice_text.strip() else Refusal(N_("Write the advice before giving it."))
