"""The rubric of a stage: sections of criteria with points, minimums and what a reviewer must explain. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.calls.strict import Node
from workflows.machine import N_

CODE = re.compile(r"[A-Z][A-Za-z0-9]{0,7}")


@dataclass(frozen=True)
class ScaleStep:
    """One score a reviewer can give, with its name."""

    score: int
    label: Mapping[str, str]


@dataclass(frozen=True)
class Criterion:
    """What one score is given for. ``sections`` are the sections of the form that bear on it.

    ``anchors``: score → what it means for this very criterion, by language.
    """

    code: str
    label: Mapping[str, str]
    help: Mapping[str, str]
    max: int
    weight: Decimal
    sections: tuple[str, ...]
    anchors: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class RubricSection:
    """A group of criteria; a total below ``minimum`` fails the whole proposal."""

    code: str
    label: Mapping[str, str]
    max: int
    minimum: int
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Rubric:
    """A whole rubric. Points of a criterion = score / highest score × ``max``; ``ties`` are sections, in order of weight."""

    scale: tuple[ScaleStep, ...]
    justify: tuple[int, ...]
    divergence: int
    pass_total: int
    sections: tuple[RubricSection, ...]
    ties: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(section.max for section in self.sections)

    @property
    def highest(self) -> int:
        return max(step.score for step in self.scale)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return tuple(c for s in self.sections for c in s.criteria)

    def criterion(self, code: str) -> Criterion | None:
        return next((c for c in self.criteria if c.code == code), None)

    def step_label(self, score: int) -> Mapping[str, str]:
        """The name of a score; scores between two steps have none."""
        return next((s.label for s in self.scale if s.score == score), {})


def parse(document: Any, languages: Iterable[str] = ("en",)) -> Rubric:
    """Read a rubric; raises ``FormError`` with every flaw."""
    node = Node(document)
    rubric = parse_node(node, tuple(languages))
    node.finish()
    return rubric


def parse_node(node: Node, languages: tuple[str, ...]) -> Rubric:
    """Read a rubric inside a larger document, noting flaws instead of raising."""
    parts = node.mapping(("scale", "sections"), ("justify", "divergence", "pass", "ties"))
    scale = tuple(_step(s, languages) for s in parts["scale"].items(2, 11))
    sections = tuple(_section(s, languages, scale) for s in parts["sections"].items(1, 20))
    justify = tuple(j.integer(0, 0, 100) for j in parts["justify"].items())
    ties = tuple(t.word(CODE) for t in parts["ties"].items())
    rubric = Rubric(scale, justify, parts["divergence"].integer(), parts["pass"].integer(), sections, ties)
    _check(parts, rubric)
    return rubric


def _step(node: Node, languages: tuple[str, ...]) -> ScaleStep:
    parts = node.mapping(("score", "label"))
    return ScaleStep(parts["score"].integer(0, 0, 100), parts["label"].texts(languages))


def _section(node: Node, languages: tuple[str, ...], scale: tuple[ScaleStep, ...]) -> RubricSection:
    parts = node.mapping(("code", "label", "max", "criteria"), ("minimum",))
    criteria = tuple(_criterion(c, languages, scale) for c in parts["criteria"].items(1, 30))
    section = RubricSection(
        parts["code"].word(CODE),
        parts["label"].texts(languages),
        parts["max"].integer(0, 1, 1000),
        parts["minimum"].integer(),
        criteria,
    )
    if sum(c.max for c in criteria) != section.max:
        parts["max"].flaw(N_("the criteria add up to %(sum)s"), sum=sum(c.max for c in criteria))
    if section.minimum > section.max:
        parts["minimum"].flaw(N_("is more than the section can have"))
    return section


def _criterion(node: Node, languages: tuple[str, ...], scale: tuple[ScaleStep, ...]) -> Criterion:
    parts = node.mapping(("code", "label", "max"), ("help", "sections", "anchors"))
    most = parts["max"].integer(0, 1, 1000)
    highest = max((s.score for s in scale), default=1) or 1
    return Criterion(
        code=parts["code"].word(CODE),
        label=parts["label"].texts(languages),
        help=parts["help"].texts(languages[:1]),
        max=most,
        weight=Decimal(most) / Decimal(highest),
        sections=tuple(s.word() for s in parts["sections"].items()),
        anchors=dict(_anchor(a, languages, scale) for a in parts["anchors"].items(0, 11)),
    )


def _anchor(node: Node, languages: tuple[str, ...], scale: tuple[ScaleStep, ...]) -> tuple[int, Mapping[str, str]]:
    """What one score means for a criterion; scores between two steps of the scale may have one, too."""
    parts = node.mapping(("score", "text"))
    score = parts["score"].integer(0, 0, 100)
    if scale and not min(s.score for s in scale) <= score <= max(s.score for s in scale):
        parts["score"].flaw(N_("%(score)s is not on the scale"), score=score)
    return score, parts["text"].texts(languages)


def _check(parts: dict[str, Node], rubric: Rubric) -> None:
    codes = [s.code for s in rubric.sections] + [c.code for c in rubric.criteria]
    for code in sorted({c for c in codes if c and codes.count(c) > 1}):
        parts["sections"].flaw(N_("“%(name)s” is used twice"), name=code)
    scores = [s.score for s in rubric.scale]
    if scores != sorted(set(scores)) or (scores and scores[-1] == 0):
        parts["scale"].flaw(N_("write the scores from the lowest to the highest, each once"))
    for score in rubric.justify:
        if score not in scores:
            parts["justify"].flaw(N_("%(score)s is not on the scale"), score=score)
    for number, code in enumerate(rubric.ties):
        if code not in {s.code for s in rubric.sections}:
            parts["ties"].flaw(N_("“%(name)s” is no section of the rubric"), name=code)
        elif code in rubric.ties[:number]:
            parts["ties"].flaw(N_("“%(name)s” is used twice"), name=code)
    if rubric.pass_total > rubric.total:
        parts["pass"].flaw(N_("is more than the rubric can give (%(total)s)"), total=rubric.total)
