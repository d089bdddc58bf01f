"""Ranking, votes, ratification and announcement."""
