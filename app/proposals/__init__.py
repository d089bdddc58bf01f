"""Proposals, their stage submissions, sealed versions, screening and advice."""
