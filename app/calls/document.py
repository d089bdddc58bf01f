"""The file that makes a call: strict YAML, read into one checked value; dates can be moved by whole days. Pure."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from app.calls import form_schema, rubric, rules_parsing
from app.calls.checks import FACTS
from app.calls.form_schema import Form, FormError
from app.calls.rules import CODES
from app.calls.strict import Flaw, Node
from app.calls.vocabulary import MINERALS
from workflows.machine import N_

MAX_BYTES = 1_000_000
WALL = "%Y-%m-%d %H:%M"
LANGUAGES = ("en", "fr", "es")
CODE = re.compile(r"[A-Z][A-Z0-9-]{1,38}[A-Z0-9]")
PREFIX = re.compile(r"[A-Z][A-Z0-9-]{1,17}[A-Z0-9]")
CHECK = re.compile(r"[A-Z]{1,3}[0-9]{1,3}")
CURRENCY = re.compile(r"[A-Z]{3}")
REQUIRED = (
    "code", "programme", "reference_prefix", "title", "summary", "currency", "budget", "timezone", "languages",
    "minerals", "contact", "rules", "stages",
)  # fmt: skip
OPTIONAL = ("documents", "sources", "process")
BLIND = ("none", "single", "double")


@dataclass(frozen=True)
class StageDocument:
    """One stage, with its wall times still in the call's zone."""

    key: str
    title: dict[str, str]
    opens: datetime
    closes: datetime
    form: Form
    form_document: dict[str, Any]
    rubric_document: dict[str, Any]
    checks: list[dict[str, Any]]
    gives_advice: bool
    screens_on_receipt: bool


@dataclass(frozen=True)
class CallDocument:
    """A checked call, ready to be stored."""

    code: str
    programme: dict[str, str]
    reference_prefix: str
    title: dict[str, str]
    summary: dict[str, str]
    currency: str
    budget: str
    zone: str
    languages: list[str]
    minerals: list[str]
    contact: str
    documents: list[dict[str, Any]]
    sources: list[str]
    rules: dict[str, Any]
    process: dict[str, Any]
    stages: tuple[StageDocument, ...]
    sha256: str


class StrictLoader(yaml.SafeLoader):
    """YAML without surprises: only true and false are booleans, dates stay text, no aliases, no name twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(
                None, None, "anchors and aliases are not allowed", self.peek_event().start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _ in node.value]
        for key, _ in node.value:
            if names.count(key.value) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"“{key.value}” stands here twice", key.start_mark)
        return super().construct_mapping(node, deep)


StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag in {"tag:yaml.org,2002:int", "tag:yaml.org,2002:null"}]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read_yaml(content: bytes | str) -> dict[str, Any]:
    """Read the text of a call file; raises ``FormError`` with line and column when it is no YAML."""
    if len(content) > MAX_BYTES:
        raise FormError([Flaw("", N_("The file is larger than one megabyte."))])
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        document = yaml.load(text, StrictLoader)  # noqa: S506 - a subclass of SafeLoader, stricter than it
    except UnicodeDecodeError as error:
        raise FormError([Flaw("", N_("The file is not text in UTF-8."))]) from error
    except yaml.YAMLError as error:
        raise FormError([_yaml_flaw(error)]) from error
    except (RecursionError, ValueError) as error:
        raise FormError([Flaw("", N_("The file cannot be read as YAML."))]) from error
    if not isinstance(document, dict):
        raise FormError([Flaw("", N_("The file holds no call: it must begin with names like code and title."))])
    return document


def _yaml_flaw(error: yaml.YAMLError) -> Flaw:
    mark = getattr(error, "problem_mark", None)
    where = {"line": mark.line + 1, "column": mark.column + 1} if mark else {"line": 1, "column": 1}
    problem = getattr(error, "problem", None) or "cannot be read"
    return Flaw("", N_("Line %(line)s, column %(column)s: %(problem)s."), {**where, "problem": problem})


def canonical_sha256(document: dict[str, Any]) -> str:
    """SHA-256 of the document's canonical JSON, so that equal content has an equal hash."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def parse(document: dict[str, Any]) -> CallDocument:
    """Check a whole call; raises ``FormError`` with every flaw and its path."""
    root = Node(document)
    parts = root.mapping(REQUIRED, OPTIONAL)
    languages = tuple(n.choice(LANGUAGES) for n in parts["languages"].items(1, 3)) or ("en",)
    currency = parts["currency"].word(CURRENCY) or "EUR"
    minerals = [m.choice(sorted(MINERALS)) for m in parts["minerals"].items(1, 20)]
    zone = _zone(parts["timezone"])
    stages = tuple(_stage(s, languages, currency) for s in parts["stages"].items(1, 5))
    _check_stages(parts["stages"], stages)
    rules = rules_parsing.parse_node(parts["rules"], languages, currency, minerals)
    _check_names(parts["rules"], rules, stages)
    found = CallDocument(
        code=parts["code"].word(CODE),
        programme=_programme(parts["programme"]),
        reference_prefix=parts["reference_prefix"].word(PREFIX),
        title=parts["title"].texts(languages),
        summary=parts["summary"].texts(languages),
        currency=currency,
        budget=_budget(parts["budget"]),
        zone=zone,
        languages=list(languages),
        minerals=minerals,
        contact=parts["contact"].text(),
        documents=[_link(d, languages) for d in parts["documents"].items(0, 30)],
        sources=[s.text() for s in parts["sources"].items(0, 50)],
        rules=rules,
        process=_process(parts["process"]),
        stages=stages,
        sha256=canonical_sha256(document),
    )
    root.finish()
    return found


def _programme(node: Node) -> dict[str, str]:
    parts = node.mapping(("code", "name"), ("description",))
    return {
        "code": parts["code"].word(PREFIX),
        "name": parts["name"].text(longest=200),
        "description": parts["description"].text(),
    }


def _zone(node: Node) -> str:
    name = node.text("UTC", longest=40)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        node.flaw(N_("“%(value)s” is no time zone; write one like Europe/Amsterdam"), value=name)
    return name


def _budget(node: Node) -> str:
    amount = node.amount() or "0.00"
    if node.value is not None and amount == "0.00":
        node.flaw(N_("must be more than zero"))
    return amount


def _link(node: Node, languages: tuple[str, ...]) -> dict[str, Any]:
    parts = node.mapping(("title", "url"))
    url = parts["url"].text()
    if url and not re.fullmatch(r"https://[^\s<>\"]{4,500}", url):
        parts["url"].flaw(N_("must be an address that begins with https://"))
    return {"title": parts["title"].texts(languages), "url": url}


def _process(node: Node) -> dict[str, Any]:
    """How the call is run; what is not written gets the default given here."""
    names = ("reviews_wanted", "quorum", "review_days", "correction_days", "sign_off", "discussion", "reserve_list", "blind", "tranches")  # fmt: skip
    parts = node.mapping((), names) if node.value is not None else {n: node.child(n, None) for n in names}
    tranches = [t.integer(0, 1, 100) for t in parts["tranches"].items(0, 20)] or [100]
    if sum(tranches) != 100:
        parts["tranches"].flaw(N_("the tranches add up to %(sum)s, not 100"), sum=sum(tranches))
    return {
        "reviews_wanted": parts["reviews_wanted"].integer(2, 1, 20),
        "quorum": parts["quorum"].integer(2, 1, 50),
        "review_days": parts["review_days"].integer(14, 1, 365),
        "correction_days": parts["correction_days"].integer(10, 1, 365),
        "sign_off": parts["sign_off"].flag(False),
        "discussion": parts["discussion"].flag(False),
        "reserve_list": parts["reserve_list"].flag(True),
        "blind": parts["blind"].choice(BLIND, "single"),
        "tranches": tranches,
    }


def _stage(node: Node, languages: tuple[str, ...], currency: str) -> StageDocument:
    parts = node.mapping(
        ("key", "title", "opens", "closes", "form"), ("rubric", "checks", "advice", "screens_on_receipt")
    )
    form = form_schema.parse_node(parts["form"], languages, currency)
    scoring = rubric.parse_node(parts["rubric"], languages) if parts["rubric"].value is not None else None
    _check_rubric(parts["rubric"], scoring, form)
    opens, closes = wall_time(parts["opens"]), wall_time(parts["closes"])
    if opens >= closes:
        parts["closes"].flaw(N_("must be later than opens"))
    return StageDocument(
        key=parts["key"].word(),
        title=parts["title"].texts(languages),
        opens=opens,
        closes=closes,
        form=form,
        form_document=parts["form"].value or {},
        rubric_document=parts["rubric"].value or {},
        checks=_checks(parts["checks"], languages, form),
        gives_advice=parts["advice"].flag(False),
        screens_on_receipt=parts["screens_on_receipt"].flag(False),
    )


def wall_time(node: Node) -> datetime:
    """A wall time like ``2020-09-01 14:00``; the call's zone says which instant that is."""
    value = node.text("2000-01-01 00:00")
    try:
        return datetime.strptime(value, WALL)  # noqa: DTZ007 - a wall time has no zone of its own
    except ValueError:
        node.flaw(N_("expected a date and time like 2020-09-01 14:00"))
        return datetime(2000, 1, 1)  # noqa: DTZ001


def _check_rubric(node: Node, scoring: rubric.Rubric | None, form: Form) -> None:
    for criterion in scoring.criteria if scoring else ():
        for section in criterion.sections:
            if form.section(section) is None:
                node.flaw(
                    N_("%(code)s points to “%(section)s”, which is no section of the form"),
                    code=criterion.code,
                    section=section,
                )


def _checks(node: Node, languages: tuple[str, ...], form: Form) -> list[dict[str, Any]]:
    found = []
    for item in node.items(0, 60):
        parts = item.mapping(("code", "label"), ("help", "rules", "facts", "questions", "by_hand"))
        questions = [q.word() for q in parts["questions"].items()]
        for name in questions:
            if form.question(name) is None:
                parts["questions"].flaw(N_("“%(name)s” is no question of this stage"), name=name)
        found.append(
            {
                "code": parts["code"].word(CHECK),
                "label": parts["label"].texts(languages),
                "help": parts["help"].texts(languages[:1]),
                "rules": [r.choice(CODES) for r in parts["rules"].items()],
                "facts": [f.choice(FACTS) for f in parts["facts"].items()],
                "questions": questions,
                "by_hand": parts["by_hand"].flag(False),
            }
        )
    codes = [check["code"] for check in found]
    for code in sorted({c for c in codes if c and codes.count(c) > 1}):
        node.flaw(N_("“%(name)s” is used twice"), name=code)
    return found


def _check_stages(node: Node, stages: tuple[StageDocument, ...]) -> None:
    keys = [stage.key for stage in stages]
    for key in sorted({k for k in keys if k and keys.count(k) > 1}):
        node.flaw(N_("“%(name)s” is used twice"), name=key)
    for earlier, later in zip(stages, stages[1:], strict=False):
        if later.closes < earlier.closes:
            node.flaw(N_("“%(later)s” closes before “%(earlier)s”"), later=later.key, earlier=earlier.key)


def _check_names(node: Node, rules: dict[str, Any], stages: tuple[StageDocument, ...]) -> None:
    """Every question that a rule looks at exists in some stage."""
    for figure, named in rules.get("answers", {}).items():
        if figure.endswith("_column") or figure == "lead":
            continue
        for name in [named] if isinstance(named, str) else named:
            if name and not any(stage.form.question(name) for stage in stages):
                node.flaw(
                    N_("answers.%(figure)s names “%(name)s”, which is no question of any stage"),
                    figure=figure,
                    name=name,
                )


def move_dates(document: dict[str, Any], opens_on: date) -> dict[str, Any]:
    """A copy of the document in which the first stage opens on this day and all other dates moved with it."""
    stages = [s for s in document.get("stages", []) if isinstance(s, dict)]
    first = min(datetime.strptime(s["opens"], WALL) for s in stages).date()  # noqa: DTZ007
    moved = copy.deepcopy(document)
    for stage in moved["stages"]:
        for name in ("opens", "closes"):
            wall = datetime.strptime(stage[name], WALL)  # noqa: DTZ007
            stage[name] = (wall + timedelta(days=(opens_on - first).days)).strftime(WALL)
    return moved
