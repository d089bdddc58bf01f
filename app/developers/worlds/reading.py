"""Reading a world file: people, programmes, organisations, calls, mine sites. Flaws are sentences with their place."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.calls import document as call_document
from app.calls.strict import Node
from app.developers.worlds import specifications as spec
from app.developers.worlds.small_call import small_call
from app.developers.worlds.stories import read_proposal
from app.identity.models import DOCUMENT_KINDS, MEMBER_ROLES
from app.mines.models import SOURCES, STEPS
from workflows.actors import PROGRAMME_ROLES

PASSWORD = "responsible-minerals"  # noqa: S105 - the well-known password of demonstrations
LISTS = ("people", "programmes", "organisations", "calls", "mine_sites", "proposals")
CALL_REACHES = ("draft", "published", "open", "closed", "assessing")
LANGUAGES = ("en", "fr", "es")
MOST = 20_000


def read_world(document: Mapping[str, Any], folders: tuple[Path, ...]) -> spec.World:
    """A checked world; raises ``FormError`` with every flaw. Call files are looked for in ``folders``."""
    node = Node(dict(document))
    parts = node.mapping((), ("password", "prose", *LISTS))
    world = spec.World(
        parts["password"].text(PASSWORD),
        _prose(parts["prose"]),
        tuple(_person(n) for n in _several(parts["people"])),
        tuple(_programme(n) for n in parts["programmes"].items()),
        tuple(_organisation(n) for n in _several(parts["organisations"])),
        tuple(_call(n, folders) for n in parts["calls"].items()),
        tuple(_site(n) for n in _several(parts["mine_sites"])),
        tuple(read_proposal(n) for n in _several(parts["proposals"])),
    )
    node.finish()
    return world


def _several(node: Node) -> list[Node]:
    """The entries of a list, where ``count: 3`` makes three of one entry and ``{n}`` in its texts is the number."""
    found: list[Node] = []
    for item in node.items(0, MOST):
        if not isinstance(item.value, dict) or "count" not in item.value:
            found.append(item)
            continue
        body = {name: value for name, value in item.value.items() if name != "count"}
        count = item.child("count", item.value["count"]).integer(1, 1, MOST)
        found += [Node(_numbered(body, n), f"{item.path}({n})", item.flaws) for n in range(1, count + 1)]
    return found


def _numbered(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return value.replace("{n}", str(number))
    if isinstance(value, dict):
        return {_numbered(k, number): _numbered(v, number) for k, v in value.items()}
    return [_numbered(v, number) for v in value] if isinstance(value, list) else copy.copy(value)


def words(node: Node) -> tuple[str, ...]:
    """A list of texts, or one text."""
    if isinstance(node.value, str):
        return (node.text(),)
    return tuple(n.text() for n in node.items(0, 1000))


def _prose(node: Node) -> dict[str, dict[str, Any]]:
    """Answers by language and question, for what a proposal does not tell itself."""
    if node.value is None:
        return {}
    languages = node.mapping((), LANGUAGES)
    return {code: dict(part.value) for code, part in languages.items() if isinstance(part.value, dict)}


def _person(node: Node) -> spec.PersonSpec:
    parts = node.mapping(("key", "name", "email"), ("locale", "about", "confirmed"))
    return spec.PersonSpec(
        parts["key"].text(),
        parts["name"].text(),
        parts["email"].text(),
        parts["locale"].choice(LANGUAGES, "en"),
        parts["about"].text(),
        parts["confirmed"].choice(("yes", "no"), "yes") == "yes",
    )


def _held(node: Node, known: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    if node.value is None:
        return {}
    return {role: words(part) for role, part in node.mapping((), known).items() if part.value is not None}


def _programme(node: Node) -> spec.ProgrammeSpec:
    parts = node.mapping(("code", "name"), ("description", "roles"))
    return spec.ProgrammeSpec(
        parts["code"].text(),
        parts["name"].text(),
        parts["description"].text(),
        _held(parts["roles"], tuple(PROGRAMME_ROLES)),
    )


def _organisation(node: Node) -> spec.OrganisationSpec:
    needed = ("key", "name", "country", "kind", "pillar")
    more = ("registration_number", "no_registration_reason", "website")
    parts = node.mapping(needed, (*more, "members", "documents"))
    profile = {name: parts[name].text() for name in (*needed[1:], *more)}
    documents = tuple(_document(one) for one in parts["documents"].items())
    return spec.OrganisationSpec(parts["key"].text(), profile, _held(parts["members"], MEMBER_ROLES), documents)


def _document(node: Node) -> spec.DocumentSpec:
    parts = node.mapping(("kind", "name", "by"), ("since", "until", "note"))
    kind = parts["kind"].choice(DOCUMENT_KINDS)
    return spec.DocumentSpec(kind, *(parts[name].text() for name in ("name", "by", "since", "until", "note")))


def _call(node: Node, folders: tuple[Path, ...]) -> spec.CallSpec:
    parts = node.mapping((), ("file", "small", "change", "opens", "reaches", "manager", "without"))
    document = _call_file(parts["file"], folders) if parts["file"].value else small_call(parts["small"])
    changes = parts["change"].value if isinstance(parts["change"].value, dict) else {}
    return spec.CallSpec(
        {**document, **changes},
        str(parts["opens"].value if parts["opens"].value is not None else ""),
        parts["reaches"].choice(CALL_REACHES, "open"),
        parts["manager"].text("manager"),
        tuple(name.word() for name in parts["without"].items()),
    )


def _call_file(node: Node, folders: tuple[Path, ...]) -> dict[str, Any]:
    name = node.text()
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if path is None:
        node.flaw("there is no file “%(name)s”", name=name)
        return {}
    return _read_call(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read_call(path: Path, _changed: int) -> dict[str, Any]:
    """A call's document; several calls of a world may come from one file."""
    return call_document.read_yaml(path.read_bytes())


def _site(node: Node) -> spec.SiteSpec:
    needed = ("key", "name", "country", "minerals", "position", "by")
    parts = node.mapping(needed, ("admin1", "workers", "activity", "icglr_status", "organisation", "history"))
    position = [str(n.value) for n in parts["position"].items(2, 2)] or ["0", "0"]
    facts: dict[str, Any] = {name: parts[name].text() for name in ("name", "country", "admin1")}
    facts["minerals"] = list(words(parts["minerals"]))
    facts["workers"] = parts["workers"].value if parts["workers"].value is None else parts["workers"].integer()
    facts["activity"] = parts["activity"].text("active")
    status = parts["icglr_status"]
    facts["icglr_status"] = None if status.value is None else status.integer(0, 0, 3)
    return spec.SiteSpec(
        parts["key"].text(),
        facts,
        (position[0], position[-1]),
        parts["by"].text(),
        parts["organisation"].text(),
        tuple(_finding(n, parts["by"].text()) for n in parts["history"].items(0, 50)),
    )


def _finding(node: Node, by: str) -> spec.FindingSpec:
    parts = node.mapping(("step", "on"), ("source", "note", "by"))
    return spec.FindingSpec(
        parts["step"].choice(STEPS, "M0"),
        str(parts["on"].value),
        parts["source"].choice(SOURCES, "programme_visit"),
        parts["note"].text("Recorded when the site was visited."),
        parts["by"].text(by),
    )
