"""The words for outcomes and votes."""

from workflows.machine import N_

OUTCOME_LABELS = {"awarded": N_("Award"), "reserve": N_("Reserve list"), "declined": N_("Decline")}
OUTCOME_CATEGORIES = {"awarded": "active", "reserve": "waiting", "declined": "refused"}
RESULT_LABELS = {
    "awarded": N_("Your proposal is awarded"),
    "reserve": N_("Your proposal is on the reserve list"),
    "declined": N_("Your proposal is not funded"),
}
RESULT_TEXTS = {
    "awarded": N_("Congratulations. The programme writes to you next about the grant agreement."),
    "reserve": N_(
        "It is good enough to be funded, but the budget is used up by others. If money becomes free, we write."
    ),
    "declined": N_("Below is what the programme and the reviewers wrote. We thank you for the work you put into it."),
}
CHOICE_LABELS = {"for": N_("For"), "against": N_("Against"), "abstain": N_("Abstain")}
CHOICE_CATEGORIES = {"for": "done", "against": "refused", "abstain": "withdrawn"}
