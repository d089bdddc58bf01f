"""Moments, made-up answers, posted fields and made files: the pure parts of worlds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.calls import document as call_document
from app.calls.form_schema import problems, read_section, without_row_keys
from app.calls.rules import broken_rules
from app.core import files
from app.developers.worlds.answers import Teller, fill
from app.developers.worlds.attachments import make_file
from app.developers.worlds.files import CALLS
from app.developers.worlds.moments import Calendar, NoMoment, Window
from app.developers.worlds.posting import fields_of

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
CALENDAR = Calendar(NOW, {"quick_scan": Window(NOW - timedelta(days=10), datetime(2026, 6, 5, 12, tzinfo=UTC))})


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        (-12, datetime(2026, 5, 20, 9, 30, tzinfo=UTC)),
        ("-12d 15:30", datetime(2026, 5, 20, 15, 30, tzinfo=UTC)),
        ("+3", datetime(2026, 6, 4, 9, 30, tzinfo=UTC)),
        ("0 7:05", datetime(2026, 6, 1, 7, 5, tzinfo=UTC)),
        ("quick_scan.closes + 1s", datetime(2026, 6, 5, 12, 0, 1, tzinfo=UTC)),
        ("quick_scan.opens+2d -1h", NOW - timedelta(days=8, hours=1)),
        ("2026-03-01", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2026-03-01 15:30", datetime(2026, 3, 1, 15, 30, tzinfo=UTC)),
    ],
)
def test_moments(written, instant):
    assert CALENDAR.instant(written) == instant


@pytest.mark.parametrize(
    "written", ["", "soon", "full_proposal.closes", "quick_scan.shuts", "-12d 25:00", "2026-13-01"]
)
def test_what_is_no_moment_is_worded(written):
    with pytest.raises(NoMoment) as refused:
        CALENDAR.instant(written)
    assert len(str(refused.value)) > 20


def _stages():
    for path in sorted(CALLS.glob("*.yaml")):
        parsed = call_document.parse(call_document.read_yaml(path.read_bytes()))
        yield from (pytest.param(parsed, stage, id=f"{parsed.code}-{stage.key}") for stage in parsed.stages)


STAGES = list(_stages())


def teller(parsed, grant: str, **over) -> Teller:
    values = {"told": {}, "rate": 0, **over}
    return Teller(
        "Cooperative", "CD", "cooperative_asm", "A plan", Decimal(grant), values["rate"], "2027-01-01", values["told"],
        parsed.rules,
    )  # fmt: skip


@pytest.mark.parametrize("grant", ["60000.00", "340000.00", "340000.01", "499999.99"])
@pytest.mark.parametrize(("parsed", "stage"), STAGES)
def test_made_up_answers_are_complete_and_keep_every_rule(parsed, stage, grant):
    answers = fill(stage.form, teller(parsed, grant))
    found = [p for p in problems(stage.form, answers, {}) if stage.form.question(p.question_id).kind != "file"]
    assert not found
    assert not broken_rules(parsed.rules, answers)


@pytest.mark.parametrize(("parsed", "stage"), STAGES)
def test_posted_answers_are_read_back_as_they_were(parsed, stage):
    answers = fill(stage.form, teller(parsed, "340000.00"))
    read: dict = {}
    for section in stage.form.sections:
        found, flaws = read_section(stage.form, section.id, fields_of(stage.form, section.id, answers))
        assert not flaws
        read.update(found)
    assert without_row_keys(read) == answers


def test_what_is_told_comes_before_what_is_made_up():
    parsed = call_document.parse(call_document.read_yaml((CALLS / "eprm-2020.yaml").read_bytes()))
    form = parsed.stages[0].form
    answers = fill(form, teller(parsed, "60000.00", told={"problem": "As {organisation} says.", "countries": ["BI"]}))
    assert answers["problem"] == "As Cooperative says." and answers["countries"] == ["BI"]


@pytest.mark.parametrize(("name", "kind"), [("a.pdf", "pdf"), ("b.png", "png"), ("c.txt", "txt")])
def test_made_files_are_what_their_name_says(tmp_path: Path, name, kind):
    path = tmp_path / name
    path.write_bytes(make_file(name, ("Étain (avec un nom)", "two \\ lines")))
    assert files.judge(path, name)[0] == kind
