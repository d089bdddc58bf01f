"""Sections of a proposal that people from outside its organisation work on."""

IDEA, PLAN = "quick_scan/idea", "full_proposal/plan"
