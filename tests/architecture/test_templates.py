"""Templates compile, have a title, name no state, carry no inline code and stay short."""

import re

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from tests.architecture.sources import TEMPLATES, name_of, template_files
from workflows.catalogue import WORKFLOWS

FILES = template_files()
PAGES = [
    p
    for p in FILES
    if p.suffix == ".html" and p.relative_to(TEMPLATES).parts[0] not in {"layouts", "components", "email"}
]
STATES = {s.value for w in WORKFLOWS.values() for s in w.states}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"|javascript:|hx-on", re.IGNORECASE)
ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True)  # noqa: S701
FILTERS = ("dt", "date", "money", "whole_money", "number", "t")
ENVIRONMENT.filters.update(dict.fromkeys(FILTERS, str))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_template_compiles_and_is_short(path):
    source = path.read_text()
    tree = ENVIRONMENT.parse(source)
    unknown = {n.name for n in tree.find_all(nodes.Filter)} - set(ENVIRONMENT.filters)
    assert not unknown, f"unknown filters {unknown}"
    assert source.count("\n") <= 80, f"{source.count(chr(10))} lines; split it"


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".html" and "email" not in p.parts], ids=name_of)
def test_template_has_no_inline_code(path):
    found = INLINE.search(path.read_text())
    assert not found, f"inline code: {found and found.group(0)}"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_page_has_a_title(path):
    source = path.read_text()
    is_part = path.name.startswith("_") or "{% extends" not in source
    assert is_part or "{% block title %}" in source, "a page without {% block title %}"


@pytest.mark.parametrize("path", sorted((TEMPLATES / "components").glob("*.html")), ids=name_of)
def test_component_translates_inside_its_macros_only(path):
    """What stands outside a macro is made once, in the language of whoever came first, and shown to all others."""
    tree = ENVIRONMENT.parse(path.read_text())
    inside = {id(call) for macro in tree.find_all(nodes.Macro) for call in macro.find_all(nodes.Call)}
    outside = [call for call in tree.find_all(nodes.Call) if id(call) not in inside]
    assert not [call.lineno for call in outside], "a call outside every macro"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_template_names_no_state(path):
    """States are compared in workflows and view models, never in markup."""
    tree = ENVIRONMENT.parse(path.read_text())
    compared = {
        const.value
        for compare in tree.find_all(nodes.Compare)
        for const in compare.find_all(nodes.Const)
        if isinstance(const.value, str) and ".state" in path.read_text()
    }
    assert not compared & STATES, f"states in a template: {compared & STATES}"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_words_pass_through_gettext(path):
    """Text between tags is marked for translation; lone names of products and signs may stand."""
    source = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(code|pre)[^>]*>.*?</\1>|<!--.*?-->", " ", path.read_text(), flags=re.S
    )
    bare = [t.strip() for t in re.findall(r">([^<>]+)<", source) if re.search(r"[A-Za-z]{3,}", t)]
    trans = "{% trans" in path.read_text()
    assert trans or not [t for t in bare if t not in {"Assay", "EPRM"}], f"unmarked text: {bare[:3]}"


def test_every_template_is_used():
    """A template that nobody renders, extends, includes or imports is dead."""
    from tests.architecture.sources import python_files

    everything = "\n".join(p.read_text() for p in [*FILES, *python_files("app")])
    unused = [name_of(p) for p in FILES if str(p.relative_to(TEMPLATES)) not in everything and "email" not in p.parts]
    assert not unused
