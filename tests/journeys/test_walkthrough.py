"""The walkthrough's client knows only HTTP, and does only what a page offers."""

import ast
from email.message import EmailMessage
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.walkthrough.acts import in_order
from tests.walkthrough.forms import Form, NotOnPage
from tests.walkthrough.mailbox import Mailbox, in_list
from tests.walkthrough.report import PlayEnded, Report, expect, expect_text

FOLDER = Path(__file__).resolve().parents[1] / "walkthrough"
OURS = {"app", "workflows", "config", "wsgi", "flask", "sqlalchemy"}
PAGE = """
<form method="post" action="/save"><input type="hidden" name="version" value="3"><input name="title" value="Tin">
<textarea name="why">
Because</textarea><select name="kind"><option value="a">A</option><option value="b" selected>B</option></select>
<input type="checkbox" name="metal" value="tin" checked><input type="checkbox" name="metal" value="gold">
<input type="radio" name="yes" value="y"><button name="go" value="1">Save</button><button disabled>Submit</button></form>
"""


@pytest.fixture
def form():
    return Form(BeautifulSoup(PAGE, "html.parser").form, "http://127.0.0.1/page")


def _imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda p: p.name)
def test_imports_nothing_of_the_application(path):
    ours = [name for name in _imported(path) if name.split(".")[0] in OURS or name.startswith("tests.factories")]
    assert not ours, f"{path.name} imports {ours}"


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda p: p.name)
def test_files_and_functions_are_small(path):
    functions = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef)]
    assert path.read_text().count("\n") <= 300
    assert [f.name for f in functions if f.end_lineno - f.lineno + 1 > 40] == []


def test_acts_come_in_order_and_say_what_they_are():
    assert [act.__name__ for act in in_order()] == sorted(act.__name__ for act in in_order())
    assert all(act.__doc__ and callable(act.perform) for act in in_order())


def test_an_untouched_form_sends_what_it_shows(form):
    assert form.values() == {"version": ["3"], "title": ["Tin"], "why": ["Because"], "kind": ["b"], "metal": ["tin"]}


def test_a_form_takes_only_what_it_offers(form):
    filled = form.filled({"title": "Gold", "metal": ["gold", "tin"], "yes": "y", "kind": "a"})
    assert (filled["title"], filled["metal"], filled["yes"], filled["kind"]) == (
        ["Gold"],
        ["gold", "tin"],
        ["y"],
        ["a"],
    )
    for wrong in ({"state": "paid"}, {"kind": "c"}, {"metal": ["copper"]}, {"yes": "n"}):
        with pytest.raises(NotOnPage):
            form.filled(wrong)


@pytest.fixture
def mailbox():
    sent = []
    box = Mailbox(lambda: in_list(sent))
    return box, sent


def _message(to, subject, ident):
    message = EmailMessage()
    message["To"], message["Subject"], message["Message-ID"] = to, subject, f"<{ident}@test>"
    message.set_content("Open https://example.org/proposals/1 to read it.")
    message.add_alternative("<p>Read it</p>", subtype="html")
    return message


def test_mails_are_compared_with_the_list_exactly(mailbox):
    box, sent = mailbox
    box.expect("Welcome", "a@test", "b@test")
    sent.append(_message("a@test", "Welcome", 1))
    assert box.differences() == ["missing: 1 × 'Welcome' to b@test"]
    sent.append(_message("b@test", "Welcome", 2))
    assert box.differences() == [] and box.all()[0].link("/proposals/") == "https://example.org/proposals/1"
    sent.append(_message("b@test", "Welcome", 2))
    assert box.differences() == ["too many: 1 × 'Welcome' to b@test", "the Message-ID <2@test> came 2 times"]


def test_a_failed_check_goes_on_and_a_failed_step_ends_the_play(capsys):
    report = Report()
    with report.step("somebody", "checks something", goes_on=True):
        expect("seen", "wanted", "the word")
    with pytest.raises(PlayEnded), report.step("somebody", "needs something"):
        expect_text("seen", "wanted")
    report.close()
    assert [line.number for line in report.failed] == [1, 2]
    assert "2 steps, 2 failed" in capsys.readouterr().out


def test_a_grey_button_cannot_be_pressed(form):
    assert form.button("Save") and form.button("Submit") is None
