"""The text of a call file: YAML without surprises, read strictly."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

from app.calls.strict import Flaw, FormError
from workflows.machine import N_

MAX_BYTES = 200_000  # reading takes seconds for each 100 kB; the longest real file has 62 kB


class StrictLoader(yaml.SafeLoader):
    """YAML without surprises: only true and false are booleans, dates stay text, no aliases, no tags, no name twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "anchors and aliases are not allowed", mark)
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "tag", None) not in {None, "!"}:
            raise yaml.constructor.ConstructorError(None, None, "tags are not allowed", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{key.value}” stands here twice", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag in {"tag:yaml.org,2002:int", "tag:yaml.org,2002:null"}]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read_yaml(content: bytes | str) -> dict[str, Any]:
    """Read the text of a call file; raises ``FormError`` with line and column when it is no YAML."""
    if len(content) > MAX_BYTES:
        raise FormError([Flaw("", N_("The file is larger than 200 kB."))])
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


class PlainDumper(yaml.SafeDumper):
    """YAML as people write it: no anchors, long texts as blocks."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        """Items of a list stand below their name, indented."""
        return super().increase_indent(flow, False)


PLAIN = re.compile("[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")


def _text_node(dumper: PlainDumper, value: str) -> yaml.ScalarNode:
    """Characters that could get lost on the way are escaped; several lines stand as a block where that is exact."""
    style = None if PLAIN.fullmatch(value) else '"'
    if style is None and "\n" in value and not re.search(r"[^\S\n]\n", value):
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


PlainDumper.add_representer(str, _text_node)


def write_yaml(document: dict[str, Any]) -> str:
    """The text of a call file, from which ``read_yaml`` reads the same document."""
    return str(yaml.dump(document, Dumper=PlainDumper, allow_unicode=True, sort_keys=False, width=120))
