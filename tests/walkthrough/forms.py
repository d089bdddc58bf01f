"""A form of a page as a browser sees it: its fields, its buttons, and what pressing one of them would send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from bs4 import Tag

Values = dict[str, list[str]]
BUTTONS = ("submit", "image", "")


class NotOnPage(AssertionError):
    """The page does not show such a form, button, field, choice or link: a person could not do this."""


def words(tag: Tag) -> str:
    """The text of an element, white space folded."""
    return " ".join(tag.get_text(" ").split())


class Form:
    """One POST or GET form of a page."""

    def __init__(self, tag: Tag, page_url: str) -> None:
        self.tag = tag
        self.page_url = page_url
        self.action = urljoin(page_url, str(tag.get("action") or ""))
        self.method = str(tag.get("method") or "get").lower()

    @cached_property
    def fields(self) -> list[Tag]:
        found = self.tag.find_all(["input", "textarea", "select"])
        return [f for f in found if f.get("name") and not f.has_attr("disabled")]

    @cached_property
    def names(self) -> set[str]:
        return {str(field["name"]) for field in self.fields}

    @cached_property
    def buttons(self) -> list[Tag]:
        """The buttons that send this form, those that a keyboard reaches first."""
        return [b for b in self.tag.find_all("button") if str(b.get("type") or "submit") == "submit"]

    def button(self, text: str, value: str = "") -> Tag | None:
        """The button with exactly this text (and this value, where several have the text)."""
        fits = (b for b in self.buttons if words(b) == text and not b.has_attr("disabled"))
        return next((b for b in fits if not value or b.get("value") == value), None)

    def files(self) -> list[str]:
        """The names of the places for files."""
        return [str(f["name"]) for f in self.fields if f.get("type") == "file"]

    def values(self) -> Values:
        """What the browser would send for the form as it is shown."""
        values: Values = {}
        for field in self.fields:
            for value in _shown_values(field):
                values.setdefault(str(field["name"]), []).append(value)
        return values

    def filled(self, given: Mapping[str, Any]) -> Values:
        """The shown values with the given ones put in; refuses fields and choices that the form does not offer."""
        values = self.values()
        for name, value in given.items():
            wanted = [str(v) for v in value] if isinstance(value, list | tuple | set) else [str(value)]
            self._check(name, wanted)
            values[name] = wanted if wanted != [""] or self._is_text(name) else []
        return values

    def _named(self, name: str) -> list[Tag]:
        return [f for f in self.fields if f["name"] == name]

    def _is_text(self, name: str) -> bool:
        return all(str(f.get("type")) not in {"radio", "checkbox"} for f in self._named(name))

    def _check(self, name: str, wanted: Iterable[str]) -> None:
        fields = self._named(name)
        if not fields:
            raise NotOnPage(f"the form {self.action} has no field {name!r}; it has {sorted(self.names)}")
        choices = _choices(fields)
        for value in wanted:
            if choices is not None and value not in choices and value != "":
                raise NotOnPage(f"{name!r} cannot be {value!r}; the choices are {sorted(choices)[:40]}")


def _choices(fields: list[Tag]) -> set[str] | None:
    """The values that can be chosen, or nothing when anything can be typed."""
    first = fields[0]
    if first.name == "select":
        return {str(o.get("value", o.get_text())) for f in fields for o in f.find_all("option")}
    if str(first.get("type")) in {"radio", "checkbox"}:
        return {str(f.get("value", "on")) for f in fields}
    return None


def _shown_values(field: Tag) -> list[str]:
    kind = str(field.get("type") or "text")
    if field.name == "textarea":
        return [field.get_text().removeprefix("\n")]
    if field.name == "select":
        options = field.find_all("option")
        chosen = [o for o in options if o.has_attr("selected")] or ([] if field.has_attr("multiple") else options[:1])
        return [str(o.get("value", o.get_text())) for o in chosen]
    if kind in {"submit", "button", "file", "image", "reset"}:
        return []
    if kind in {"checkbox", "radio"}:
        return [str(field.get("value", "on"))] if field.has_attr("checked") else []
    return [str(field.get("value", ""))]
