"""Reads the outbox and tells people; nobody imports it."""
