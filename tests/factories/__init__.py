"""Builders of test records, one module a noun; plain functions without surprises."""
