"""All workflows by name, for the sweeps, the diagrams and the command line."""

from workflows.agreement import AGREEMENT
from workflows.call_lifecycle import CALL
from workflows.funding_decision import DECISION
from workflows.machine import Workflow
from workflows.milestone_monitoring import MILESTONE
from workflows.payment import PAYMENT
from workflows.progress_report import REPORT
from workflows.proposal_lifecycle import PROPOSAL
from workflows.proposal_submission import STAGE
from workflows.review_round import REVIEW_ROUND
from workflows.reviewer_scoring import REVIEW
from workflows.unblinding import UNBLINDING

WORKFLOWS: dict[str, Workflow] = {
    w.name: w
    for w in (
        *(CALL, PROPOSAL, STAGE, REVIEW_ROUND, REVIEW, UNBLINDING),
        *(DECISION, AGREEMENT, MILESTONE, PAYMENT, REPORT),
    )
}
