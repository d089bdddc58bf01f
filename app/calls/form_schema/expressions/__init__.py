"""The small language of conditions and checks: from text to a tree of lists, and from the tree to a value. No ``eval``.

The same tree is evaluated in the page by ``static/js/forms.js``; ``tests/calls/expressions.json`` holds both to one meaning.
Values are exact numbers (fractions), texts, dates, lists, true, false, and nothing. Nothing is never equal to anything.
"""

from app.calls.form_schema.expressions.evaluating import evaluate, is_nothing, is_true, read_day
from app.calls.form_schema.expressions.parsing import ExpressionError, names_in, parse_expression

__all__ = ["ExpressionError", "evaluate", "is_nothing", "is_true", "names_in", "parse_expression", "read_day"]
