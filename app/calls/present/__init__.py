"""View models of calls: what a page may know, and nothing more."""

from app.calls.present.questions import (
    QuestionView,
    answer_view,
    country_options,
    mineral_names,
    mineral_options,
    problem_text,
    question_view,
)

__all__ = [
    "QuestionView",
    "answer_view",
    "country_options",
    "mineral_names",
    "mineral_options",
    "problem_text",
    "question_view",
]
