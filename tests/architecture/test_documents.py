"""The documents say what is there: the tree, every setting, every command, the decisions."""

import re

from tests.architecture.sources import ROOT

README = (ROOT / "README.md").read_text()


def test_tree_names_what_exists():
    block = README.split("```text", 1)[1].split("```", 1)[0]
    named = {
        word
        for line in block.splitlines()
        for word in re.split(r"\s{2,}", line)[0:1] + line[:32].split()
        if "/" in word
    }
    named = set(re.findall(r"[\w.]+/(?:[\w.]+/)?", block.replace("tests/walkthrough", "tests/")))
    assert all((ROOT / name).is_dir() for name in named), [n for n in named if not (ROOT / n).is_dir()]
    packages = {f"app/{p.parent.name}/" for p in (ROOT / "app").glob("*/__init__.py")}
    assert packages <= named, packages - named


def test_every_setting_is_in_the_table():
    read = set(re.findall(r'"(ASSAY_\w+)"', (ROOT / "config.py").read_text()))
    told = set(re.findall(r"\| `(ASSAY_\w+)` \|", README))
    assert read == told, read ^ told


def test_every_command_of_run_is_told():
    words = set(re.findall(r"^\./run (\w+)", (ROOT / "run").read_text(), re.M)) | {"walkthrough"}
    assert all(f"`{w}" in README or f"./run {w}" in README for w in words)
    first_screen = "\n".join(README.splitlines()[:25])
    assert "./run " in first_screen and "./run test" in first_screen


def test_decisions_are_numbered_and_dated():
    records = sorted(p for p in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(p.name[:4]) for p in records] == list(range(1, len(records) + 1))
    assert all(re.search(r"^20\d\d-\d\d-\d\d$|^$", p.read_text(), re.M) for p in records)


def test_no_document_names_a_path_of_a_machine():
    texts = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*")]
    wrong = [str(p) for p in texts if p.is_file() and re.search(r"/(work|root|home)/", p.read_text())]
    assert not wrong
