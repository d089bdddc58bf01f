"""Reviewers, conflicts of interest and score sheets."""
