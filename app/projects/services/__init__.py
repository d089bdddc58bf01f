"""What people and the system do with projects."""

from collections.abc import Callable
from typing import Any

from app.projects.services import agreements, milestones, payments, reports
from app.projects.services.agreements import (
    complete_agreement,
    countersign_agreement,
    send_agreement,
    sign_agreement,
    take_back_agreement,
    terminate_agreement,
)
from app.projects.services.facts import agreement_facts_of, milestone_facts, payment_facts, report_facts
from app.projects.services.milestones import (
    add_evidence,
    remove_evidence,
    report_milestone,
    return_milestone,
    save_account,
    save_finding,
    start_verification,
    verify_milestone,
    waive_milestone,
)
from app.projects.services.payees import confirm_payee, read_account, record_payee
from app.projects.services.payments import (
    approve_payment,
    confirm_payment,
    hold_payment,
    lift_hold,
    release_payment,
    request_payment,
    send_back_payment,
)
from app.projects.services.reports import accept_report, return_report, save_narrative, submit_report
from app.projects.services.setting_up import create_project
from app.projects.services.sites import assess_site, link_site, register_and_link, sources_for

MOVES: dict[str, dict[str, Callable[..., Any]]] = {
    "agreement": agreements.MOVES,
    "milestone": milestones.MOVES,
    "payment": payments.MOVES,
    "report": reports.MOVES,
}

__all__ = [
    "MOVES",
    "accept_report",
    "add_evidence",
    "agreement_facts_of",
    "approve_payment",
    "assess_site",
    "complete_agreement",
    "confirm_payee",
    "confirm_payment",
    "countersign_agreement",
    "create_project",
    "hold_payment",
    "lift_hold",
    "link_site",
    "milestone_facts",
    "payment_facts",
    "read_account",
    "record_payee",
    "register_and_link",
    "release_payment",
    "remove_evidence",
    "report_facts",
    "report_milestone",
    "request_payment",
    "return_milestone",
    "return_report",
    "save_account",
    "save_finding",
    "save_narrative",
    "send_agreement",
    "send_back_payment",
    "sign_agreement",
    "sources_for",
    "start_verification",
    "submit_report",
    "take_back_agreement",
    "terminate_agreement",
    "verify_milestone",
    "waive_milestone",
]
