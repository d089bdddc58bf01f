"""Workflows as text: a Mermaid diagram and a table of moves each, made from the rows that the program obeys."""

from __future__ import annotations

from collections.abc import Iterable

from workflows.catalogue import WORKFLOWS
from workflows.machine import Guard, Move, State, Workflow

HEADER = """# Workflows

Generated from the code by `flask --app wsgi assay workflows diagram --write docs/workflows.md`; do not edit by hand.

Each row of a table below is one move: what it leads from and to, who may make it, what it needs, and the event it
publishes. The program enforces exactly these rows. A move that stays in its state is marked “stays”.
"""


def document(workflows: Iterable[Workflow] = tuple(WORKFLOWS.values())) -> str:
    """The whole page: every workflow with its diagram and its tables."""
    return "\n".join([HEADER, *(chapter(w) for w in workflows)]).rstrip() + "\n"


def chapter(workflow: Workflow) -> str:
    """One workflow: heading, diagram, states, moves."""
    return "\n".join(
        [
            f"## {workflow.title or workflow.name} (`{workflow.name}`)",
            "",
            "```mermaid",
            mermaid(workflow),
            "```",
            "",
            *_states_table(workflow),
            "",
            *_moves_table(workflow),
            "",
        ]
    )


def mermaid(workflow: Workflow) -> str:
    """The diagram alone, as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {workflow.initial}"]
    lines += [f'    state "{_quiet(state.label)}" as {state}' for state in workflow.states]
    for move in workflow.moves:
        lines += [
            f"    {source} --> {move.target or source} : {_quiet(move.label)}"
            for source in _in_order(workflow, move.sources)
        ]
    lines += [f"    {state} --> [*]" for state in workflow.states if _is_final(workflow, state)]
    return "\n".join(lines)


def guard_words(guard: Guard) -> str:
    """A guard's name as words; a guard made by a function also says what it was made with."""
    name = guard.__qualname__.split(".", 1)[0].replace("_", " ")
    cells = getattr(guard, "__closure__", None) or ()
    return " ".join([name, *(str(cell.cell_contents) for cell in cells)])


def _states_table(workflow: Workflow) -> list[str]:
    rows = ["| State | Shown as | To applicants | Category |", "|---|---|---|---|"]
    rows += [f"| `{s}` | {s.label} | {s.public_label} | {s.category.value} |" for s in workflow.states]
    return rows


def _moves_table(workflow: Workflow) -> list[str]:
    rows = ["| Move | From | To | By | Needs | Publishes |", "|---|---|---|---|---|---|"]
    return rows + [_move_row(workflow, move) for move in workflow.moves]


def _move_row(workflow: Workflow, move: Move) -> str:
    needs = [*(guard_words(g) for g in move.needs), *(["a reason"] if move.reason else [])]
    cells = (
        f"`{move.name}` {move.label}",
        ", ".join(f"`{s}`" for s in _in_order(workflow, move.sources)),
        f"`{move.target}`" if move.target else "stays",
        ", ".join(sorted(move.actors)),
        "; ".join(needs) or "–",
        f"`{move.emits}`" if move.emits else "–",
    )
    return f"| {' | '.join(cells)} |"


def _in_order(workflow: Workflow, states: Iterable[State]) -> list[State]:
    chosen = set(states)
    return [state for state in workflow.states if state in chosen]


def _is_final(workflow: Workflow, state: State) -> bool:
    return not any(state in move.sources and move.target not in (None, state) for move in workflow.moves)


def _quiet(text: str) -> str:
    """Leave out the marks that Mermaid reads as its own."""
    return text.replace('"', "'").replace(";", ",").replace(":", " ")
