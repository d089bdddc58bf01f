"""Whether the names in conditions and checks exist, and conditions do not run in circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.calls.form_schema.expressions import names_in
from app.calls.form_schema.types import Condition, Expression, Form, Question
from app.calls.form_schema.values import UNSEEN, parts_of
from app.calls.strict import Node
from workflows.machine import N_

LONGEST_CHAIN = 20
Entry = tuple[str, Question]


def check_references(parts: Mapping[str, Node], form: Form) -> None:
    """Note every name that leads nowhere, with the path of the condition or check that holds it."""
    questions = list(_places(parts["sections"], form))
    seen: dict[str, Question] = {}
    for path, question in questions:
        for name, found in (("show_if", question.show_if), ("require_if", question.require_if)):
            if found is not None:
                place = Node(None, f"{path}.{name}", parts["sections"].flaws)
                _check_expression(place, found, form, seen if found.condition else None)
        _check_columns(Node(None, f"{path}.columns", parts["sections"].flaws), question, form, seen)
        seen[question.id] = question
    for index, check in enumerate(form.checks):
        place = Node(None, f"{parts['checks'].path}[{index}]", parts["checks"].flaws)
        _check_expression(place.child("when", None), check.when, form, None)
        if check.question and form.question(check.question) is None:
            place.child("question", None).flaw(N_("“%(name)s” is no question of this form"), name=check.question)
    _check_circles(parts["sections"], questions)


def _check_columns(place: Node, table: Question, form: Form, seen: Mapping[str, Question]) -> None:
    """The conditions of columns: they see the columns of their own row, then the questions of the form."""
    own = {column.id: column for column in table.columns}
    earlier = dict(seen)
    for index, column in enumerate(table.columns):
        for name, found in (("show_if", column.show_if), ("require_if", column.require_if)):
            if found is not None:
                where = Node(None, f"{place.path}[{index}].{name}", place.flaws)
                _check_expression(where, found, form, earlier if found.condition else None, own)
        earlier[column.id] = column


def _places(node: Node, form: Form) -> Iterator[Entry]:
    for s, section in enumerate(form.sections):
        for q, question in enumerate(section.questions):
            yield f"{node.path}[{s}].questions[{q}]", question


def _check_expression(
    place: Node,
    found: Expression,
    form: Form,
    earlier: Mapping[str, Question] | None,
    own: Mapping[str, Question] | None = None,
) -> None:
    if found.condition is not None:
        _check_condition(place, found.condition, (earlier or {}).get(found.condition.question))
        return
    for name in dict.fromkeys(names_in(found.tree)):
        question = (own or {}).get(name[0]) or form.question(name[0])
        if question is None:
            place.flaw(N_("names “%(name)s”, which is no question of this form"), name=name[0])
        elif question.kind in UNSEEN:
            place.flaw(N_("names “%(name)s”, whose kind no expression can look into"), name=name[0])
        elif len(name) > 1 and name[1] not in parts_of(question):
            place.flaw(N_("names “%(name)s.%(part)s”, which that question does not have"), name=name[0], part=name[1])


def _check_condition(place: Node, condition: Condition, asked: Question | None) -> None:
    """The short way names an earlier question, and an answer it can have."""
    if asked is None:
        place.flaw(N_("names “%(name)s”, which is no earlier question"), name=condition.question)
        return
    wanted = {condition.equals, *condition.among} - {None}
    possible = {"yes", "no"} if asked.kind == "yes_no" else {option.id for option in asked.options}
    if possible and wanted - possible:
        place.flaw(
            N_("waits for “%(value)s”, which is no answer of %(name)s"),
            value=min(wanted - possible, key=str),
            name=asked.id,
        )
    if condition.above is not None and asked.kind not in {"money", "integer", "decimal"}:
        place.flaw(N_("“above” needs a question of kind money, integer or decimal"))


def _check_circles(node: Node, questions: list[Entry]) -> None:
    """Nothing may hang on itself over others, nor on too long a chain of others."""
    hangs_on: dict[str, set[str]] = {}
    for _, question in questions:
        hangs_on |= _edges(question)
    depths = _depths(hangs_on)
    for path, question in questions:
        if question.show_if is not None:
            _check_depth(Node(None, f"{path}.show_if", node.flaws), depths.get(question.id))
        for index, column in enumerate(question.columns):
            if column.show_if is not None:
                place = Node(None, f"{path}.columns[{index}].show_if", node.flaws)
                _check_depth(place, depths.get(f"{question.id}.{column.id}"))


def _check_depth(place: Node, depth: int | None) -> None:
    if depth is None:
        place.flaw(N_("hangs on itself, or on a question that does"))
    elif depth > LONGEST_CHAIN:
        place.flaw(N_("hangs on a chain of more than %(most)s questions"), most=LONGEST_CHAIN)


def _edges(question: Question) -> dict[str, set[str]]:
    """What a question hangs on, and each of its columns (``question.column``); whoever reads a table reads its columns."""
    own = {column.id for column in question.columns}
    edges = {question.id: {name[0] for name in names_in(question.show_if.tree)} if question.show_if else set()}
    for column in question.columns:
        if column.show_if is not None:
            names = {name[0] for name in names_in(column.show_if.tree)}
            ident = f"{question.id}.{column.id}"
            edges[ident] = {f"{question.id}.{name}" if name in own else name for name in names}
            edges[question.id].add(ident)
    return edges


def _depths(hangs_on: Mapping[str, set[str]]) -> dict[str, int]:
    """How many questions stand above each in a row; those that run in a circle are left out."""
    depths: dict[str, int] = {}
    depth, level = 0, [ident for ident, above in hangs_on.items() if not above & hangs_on.keys()]
    while level:
        depths.update(dict.fromkeys(level, depth))
        depth += 1
        level = [
            ident
            for ident, above in hangs_on.items()
            if ident not in depths and all(name in depths for name in above if name in hangs_on)
        ]
    return depths
