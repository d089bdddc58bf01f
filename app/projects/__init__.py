"""Funded projects: agreement, milestones, payments, reports."""
