"""The language in which staff search proposals: what was typed, as a tree of checked terms. Plain data, no database."""

from app.dashboard.searching.parsing import And, Node, Not, Or, Parsed, Text, parse
from app.dashboard.searching.values import Flaw, Term
from app.dashboard.searching.vocabulary import WORDS, Kind, Word

__all__ = ["WORDS", "And", "Flaw", "Kind", "Node", "Not", "Or", "Parsed", "Term", "Text", "Word", "parse"]
