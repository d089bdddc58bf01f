"""Calls for proposals: rules, form, rubric, process and dates."""
