"""The engine: a workflow is a table of moves; one row gives the enforcement, the button, the refusal and the diagram."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from workflows import actors as words


def N_(text: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return text


class Category(str, Enum):
    """What kind of state a state is; badges, filters and reports use nothing else."""

    OPEN = "open"
    WAITING = "waiting"
    REVIEW = "review"
    DECISION = "decision"
    ACTIVE = "active"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class State(str, Enum):
    """Base of every state enum: ``NAME = code, category, internal label, label for applicants``."""

    category: Category
    label: str
    public_label: str

    def __new__(cls, code: str, category: Category = Category.OPEN, label: str = "", public_label: str = "") -> State:
        member = str.__new__(cls, code)
        member._value_ = code
        member.category = category
        member.label = label
        member.public_label = public_label or label
        return member

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Refusal:
    """Why a move is not possible now: a translatable sentence, its values, and where to mend it (an anchor or page).

    A value that is itself a text to translate (the label of a state) is a ``Refusal``, too.
    """

    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    link: str = ""

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


Guard = Callable[[Any], Refusal | None]


@dataclass(frozen=True)
class Move:
    """One row: from ``sources`` to ``target`` (``None`` stays) by any of ``actors``, when no guard in ``needs`` refuses."""

    name: str
    label: str
    sources: frozenset[State]
    target: State | None
    actors: frozenset[str]
    needs: tuple[Guard, ...] = ()
    emits: str | None = None
    reason: bool = False
    tone: str = "secondary"


@dataclass(frozen=True)
class Offer:
    """A move that a person holds the role for, with the refusal that stands in its way, if one does."""

    move: Move
    refusal: Refusal | None


class Refused(Exception):
    """The workflow does not allow the move; ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def move(
    name: str, label: str, sources: State | Iterable[State], target: State | None, actors: Iterable[str], **more: Any
) -> Move:
    """Write a row of a workflow shortly."""
    from_states = frozenset({sources}) if isinstance(sources, State) else frozenset(sources)
    return Move(name, label, from_states, target, frozenset(actors), **more)


@dataclass(frozen=True)
class Workflow:
    """A named machine: its states, where it starts, and its rows. Building a wrong one raises ``ValueError``."""

    name: str
    states: type[State]
    initial: State
    moves: tuple[Move, ...]
    title: str = ""

    def __post_init__(self) -> None:
        seen: set[tuple[str, State]] = set()
        for row in self.moves:
            if not row.actors or not row.actors <= words.EVERY:
                raise ValueError(f"{self.name}.{row.name}: unknown actors {set(row.actors - words.EVERY)}")
            for source in row.sources:
                if (row.name, source) in seen:
                    raise ValueError(f"{self.name}.{row.name}: two rows from {source}")
                seen.add((row.name, source))
        lost = set(self.states) - self.reachable()
        if lost:
            raise ValueError(f"{self.name}: states never reached: {sorted(str(s) for s in lost)}")

    def reachable(self) -> set[State]:
        """Every state that some sequence of moves leads to."""
        found = {self.initial}
        while True:
            more = {r.target for r in self.moves if r.target and r.sources & found} - found
            if not more:
                return found
            found |= more

    def state(self, code: str) -> State:
        return self.states(code)

    def row(self, name: str, state: State) -> Move | None:
        """The row of that name that leaves from ``state``."""
        return next((r for r in self.moves if r.name == name and state in r.sources), None)

    def named(self, name: str) -> tuple[Move, ...]:
        """All rows of that name."""
        return tuple(r for r in self.moves if r.name == name)

    def why_not(self, name: str, state: State, relations: Iterable[str], facts: Any) -> Refusal | None:
        """Return the refusal for this move now by this person, or nothing when it is possible."""
        if not self.named(name):
            return Refusal(N_("There is no such step."))
        row = self.row(name, state)
        if row is None:
            return Refusal(N_("This is not possible while the state is “%(state)s”."), {"state": Refusal(state.label)})
        if not row.actors & frozenset(relations):
            return Refusal(N_("Your role does not allow this step."))
        return next((refusal for guard in row.needs if (refusal := guard(facts))), None)

    def apply(self, name: str, state: State, relations: Iterable[str], facts: Any) -> Move:
        """Return the row to carry out, or raise ``Refused`` with the reason."""
        refusal = self.why_not(name, state, relations, facts)
        row = self.row(name, state)
        if refusal or row is None:
            raise Refused(refusal or Refusal(N_("There is no such step.")))
        return row

    def offers(self, state: State, relations: Iterable[str], facts: Any) -> tuple[Offer, ...]:
        """Every move that leaves ``state`` and that one of ``relations`` may make, possible or refused."""
        held = frozenset(relations)
        rows = (r for r in self.moves if state in r.sources and r.actors & held)
        return tuple(Offer(r, next((x for g in r.needs if (x := g(facts))), None)) for r in rows)
