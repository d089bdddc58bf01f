"""The words of projects: kinds of milestones and reports, lines of the ledger, and what the timeline says."""

from __future__ import annotations

from workflows.machine import N_

MILESTONE_KINDS: dict[str, str] = {
    "agreement_signed": N_("Agreement signed"),
    "inception_report": N_("Inception report approved"),
    "baseline_accepted": N_("Baseline accepted"),
    "site_selection_agreed": N_("Site selection agreed"),
    "work_plan_approved": N_("Work plan approved"),
    "output_milestone": N_("Output reached"),
    "mid_term_review": N_("Mid-term review"),
    "field_visit_completed": N_("Field visit completed"),
    "audit_received": N_("Audit received"),
    "exit_plan": N_("Sustainability or exit plan"),
    "final_report_approved": N_("Final report approved"),
    "closure": N_("Closure"),
}
REPORT_KINDS: dict[str, str] = {
    "inception": N_("Inception report"),
    "progress": N_("Progress report"),
    "annual": N_("Annual report"),
    "financial_claim": N_("Financial claim"),
    "final": N_("Final report"),
}
LEDGER_KINDS: dict[str, str] = {
    "commitment": N_("Award committed"),
    "commitment_reversal": N_("Commitment released"),
    "disbursement": N_("Tranche paid out"),
    "disbursement_reversal": N_("Payment taken back"),
}
TIMELINE: dict[str, str] = {
    "project.created": N_("Project set up"),
    "project.site_linked": N_("Mine site linked"),
    "project.commitment_reversed": N_("What was not paid out is free again"),
    "payee.recorded": N_("Bank account recorded"),
    "payee.changed": N_("Bank account changed"),
    "payee.read": N_("Full account number read by finance"),
    "payee.confirmed": N_("Bank account confirmed"),
    "agreement.send": N_("Agreement sent for signature"),
    "agreement.take_back": N_("Agreement taken back"),
    "agreement.sign": N_("Agreement signed by the grantee"),
    "agreement.countersign": N_("Agreement countersigned: in force"),
    "agreement.complete": N_("Project closed"),
    "agreement.terminate": N_("Agreement terminated"),
    "milestone.report": N_("%(what)s: reported as reached"),
    "milestone.start_verification": N_("%(what)s: verification started"),
    "milestone.return": N_("%(what)s: returned to the grantee"),
    "milestone.verify": N_("%(what)s: verified"),
    "milestone.waive": N_("%(what)s: waived"),
    "milestone.evidence_added": N_("%(what)s: evidence added"),
    "milestone.evidence_removed": N_("%(what)s: evidence removed"),
    "payment.make_claimable": N_("%(what)s: can be claimed"),
    "payment.request": N_("%(what)s: payment requested"),
    "payment.approve": N_("%(what)s: payment approved"),
    "payment.send_back": N_("%(what)s: sent back"),
    "payment.release": N_("%(what)s: payment released"),
    "payment.confirm": N_("%(what)s: paid"),
    "payment.hold": N_("%(what)s: put on hold"),
    "payment.lift_hold": N_("%(what)s: hold lifted"),
    "payment.cancel": N_("%(what)s: cancelled"),
    "report.submit": N_("%(what)s: submitted"),
    "report.return": N_("%(what)s: returned to the grantee"),
    "report.accept": N_("%(what)s: accepted"),
    "mine_site.registered": N_("Site registered"),
    "mine_site.updated": N_("Facts of the site changed"),
    "mine_site.assessed": N_("Step assessed"),
    "mine_position.read": N_("Exact position read"),
}
