"""Talking about a question of a proposal."""

from tests.proposals.conftest import address


def question(stage, ident="problem") -> str:
    return f"{address(stage)}/questions/{ident}"
