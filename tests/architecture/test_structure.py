"""Files and functions stay small, kinds stay kinds, and only a few places may change a state or commit."""

import ast

import pytest

from app.blueprints import PACKAGES
from tests.architecture.sources import ROOT, name_of, python_files, template_files, tree

FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py", "util.py", "helper.py"}
CORE = {
    "__init__",
    "audit",
    "clamd",
    "clock",
    "copies",
    "db",
    "encryption",
    "errors",
    "files",
    "images",
    "outbox",
    "partials",
    "queue",
    "scanning",
    "sendguard",
    "stripping",
    "transitions",
    "types",
}
WEB = {
    "__init__",
    "downloads",
    "errors",
    "filters",
    "forms",
    "idempotency",
    "pagination",
    "pdf",
    "permissions",
    "rendering",
    "security",
    "transaction",
}
WHO_COMMITS = (
    "app/core/db.py",
    "app/web/transaction.py",
    "app/worker.py",
    "app/schedule.py",
    "app/notifications/jobs.py",
    "app/developers/commands/",
)
FILES = python_files()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_file_is_small_named_and_described(path):
    lines = path.read_text().count("\n")
    assert lines <= 300, f"{name_of(path)} has {lines} lines; make a folder of that kind"
    assert path.name not in FORBIDDEN_NAMES
    assert ast.get_docstring(tree(path)) or not path.read_text().strip(), "say in one line what the module is"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_functions_are_short(path):
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1})"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 40
    ]
    assert not long, f"functions over 40 lines: {long}"


def test_core_and_web_have_a_closed_list_of_files():
    assert {p.stem for p in (ROOT / "app/core").glob("*.py")} == CORE
    assert {p.stem for p in (ROOT / "app/web").glob("*.py")} == WEB


def test_table_of_packages_names_every_kind_that_must_be_loaded():
    for package in {p.name for p in (ROOT / "app").iterdir() if (p / "__init__.py").exists()} - {"core", "web"}:
        found = {p.stem for p in (ROOT / "app" / package).iterdir() if p.stem in {"models", "policy", "views"}}
        assert set(PACKAGES[package][1].split()) == found, package


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_transitions_change_a_state(path):
    if name_of(path) in {"app/core/transitions.py"}:
        return
    writes = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute)
        and target.attr == "state"
        and isinstance(target.value, ast.Name)
        and target.value.id != "self"
    ]
    assert not writes, f"{name_of(path)} assigns a state on lines {writes}; use core.transitions.fire"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_request_and_jobs_commit(path):
    if name_of(path).startswith(WHO_COMMITS):
        return
    commits = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert not commits, f"{name_of(path)} commits on lines {commits}"


@pytest.mark.parametrize("path", [p for p in FILES if "/workflows/" in str(p)], ids=name_of)
def test_workflows_import_the_standard_library_only(path):
    modules = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else alias.name.split(".")[0]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert modules <= {
        "__future__",
        "collections",
        "dataclasses",
        "datetime",
        "enum",
        "typing",
        "workflows",
        "html",
        "functools",
    }


def test_no_policy_answers_with_a_tuple():
    """A (bool, reason) tuple is always true; answers of can_… and may_… are decisions or booleans."""
    wrong = [
        f"{name_of(path)}:{inner.lineno}"
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith(("can_", "may_"))
        for inner in ast.walk(node)
        if isinstance(inner, ast.Return) and (inner.value is None or isinstance(inner.value, ast.Tuple))
    ]
    assert not wrong


def test_nothing_trusts_unescaped_text():
    """No ``|safe``, no ``Markup`` of built strings, no template made from data, no pickle, no shell."""
    wrong = [name_of(p) for p in template_files() if "|safe" in p.read_text().replace(" ", "")]
    words = ("render_template_string", "pickle", "shell=True", "os.system", "datetime.utcnow", "eval(", "exec(")
    wrong += [
        f"{name_of(p)}: {w}"
        for p in FILES
        for w in words
        if w in p.read_text() and "literal_eval(" not in p.read_text()
    ]
    assert not wrong


def test_settings_come_from_config_only():
    wrong = [name_of(p) for p in FILES if "os.environ" in p.read_text() and p.name != "config.py"]
    assert not wrong, f"only config.py reads the environment: {wrong}"


def test_no_float_on_the_way_of_money():
    """No call of ``float`` in the domains that count money."""
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files("app/calls", "app/proposals", "app/decisions", "app/projects", "workflows")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
    ]
    assert not wrong


def test_lock_names_no_host():
    text = (ROOT / "requirements.lock").read_text()
    assert not [word for word in ("http", "file:", "--index", "--find-links") if word in text]
