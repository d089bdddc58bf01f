"""One whole plan drawn from probabilities: every pair as likely as the linear program says, no rule ever broken.

Dependent rounding (Budish, Che, Kojima, Milgrom 2013) on the network reviewer - (proposal, organisation) - proposal -
root - reviewer: what flows into a node flows out, so fractional edges close to cycles; each cycle is pushed one way or
the other, with the chances that keep every expectation, until an edge is whole.
"""

from __future__ import annotations

import numpy as np

from app.reviews.matching.problem import NOBODY, Flags, Floats, Ints

WHOLE = 1e-7


class Network:
    """Edges with a value and two ends each; only fractional edges are walked."""

    def __init__(self) -> None:
        self.tail: list[int] = []
        self.head: list[int] = []
        self.value: list[float] = []
        self.at: dict[int, list[int]] = {}

    def add(self, tail: int, head: int, value: float) -> None:
        """An edge from one node to another; whole ones are left where they are."""
        number = len(self.value)
        self.tail.append(tail)
        self.head.append(head)
        self.value.append(value)
        if not self.is_whole(number):
            self.at.setdefault(tail, []).append(number)
            self.at.setdefault(head, []).append(number)

    def is_whole(self, edge: int) -> bool:
        """Whether nothing is left to decide on this edge."""
        return abs(self.value[edge] - round(self.value[edge])) <= WHOLE

    def another(self, node: int, used: int) -> int | None:
        """A fractional edge at the node, other than the one just used; forgets edges that became whole."""
        edges = self.at.get(node, [])
        while edges and self.is_whole(edges[-1]):
            edges.pop()
        if not edges or edges[-1] != used:
            return edges[-1] if edges else None
        while len(edges) > 1 and self.is_whole(edges[-2]):
            del edges[-2]
        return edges[-2] if len(edges) > 1 else None


def draw(p: Ints, r: Ints, x: Floats, organisations: Ints, generator: np.random.Generator) -> Flags:
    """Which pairs are drawn; ``x`` are their probabilities."""
    network = _network(p, r, x, organisations)
    for start in list(network.at):
        while (edge := network.another(start, NOBODY)) is not None:
            _settle(network, start, edge, generator)
    found: Flags = np.array([round(network.value[n]) for n in range(len(x))], dtype=np.int64).reshape(-1) > 0
    return found


def _network(p: Ints, r: Ints, x: Floats, organisations: Ints) -> Network:
    """Pairs are the first edges, in their order. Node 0 is the root."""
    made = Network()
    names: dict[tuple[object, ...], int] = {(): 0}

    def node(*name: object) -> int:
        return names.setdefault(name, len(names))

    groups: dict[tuple[int, int], float] = {}
    seats: dict[int, float] = {}
    loads: dict[int, float] = {}
    for row, column, value in zip(p.tolist(), r.tolist(), x.tolist(), strict=True):
        alone = int(organisations[column]) == NOBODY
        group = (row, -2 - column if alone else int(organisations[column]))
        made.add(node("reviewer", column), node("group", group), value)
        groups[group] = groups.get(group, 0.0) + value
        seats[row] = seats.get(row, 0.0) + value
        loads[column] = loads.get(column, 0.0) + value
    for group, value in groups.items():
        made.add(node("group", group), node("proposal", group[0]), value)
    for row, value in seats.items():
        made.add(node("proposal", row), 0, value)
    for column, value in loads.items():
        made.add(0, node("reviewer", column), value)
    return made


def _settle(network: Network, start: int, edge: int, generator: np.random.Generator) -> None:
    """Walk fractional edges until a node comes again, and push along that cycle.

    A dead end is what the arithmetic left over: its edge is whole but for a rounding error.
    """
    nodes, path, seen = [start], [], {start: 0}
    step: int | None = edge
    while step is not None:
        path.append(step)
        here = network.head[step] if network.tail[step] == nodes[-1] else network.tail[step]
        if here in seen:
            _push(network, nodes[seen[here] :], path[seen[here] :], generator)
            return
        seen[here] = len(nodes)
        nodes.append(here)
        step = network.another(here, step)
    network.value[path[-1]] = float(round(network.value[path[-1]]))


def _push(network: Network, nodes: list[int], cycle: list[int], generator: np.random.Generator) -> None:
    """Add to the edges along the walk and take from those against it, or the reverse, so that one becomes whole."""
    ways = [1.0 if network.tail[edge] == node else -1.0 for edge, node in zip(cycle, nodes, strict=True)]
    values = [network.value[edge] for edge in cycle]
    up = min(np.ceil(v) - v if way > 0 else v - np.floor(v) for v, way in zip(values, ways, strict=True))
    down = min(v - np.floor(v) if way > 0 else np.ceil(v) - v for v, way in zip(values, ways, strict=True))
    amount = up if generator.random() * (up + down) < down else -down
    for edge, value, way in zip(cycle, values, ways, strict=True):
        moved = value + way * amount
        network.value[edge] = float(round(moved)) if abs(moved - round(moved)) <= WHOLE else float(moved)
