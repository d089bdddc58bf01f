"""Offline packs: the form as one HTML file that works for weeks without a network, and what comes back in it. Pure.

The file carries one JSON block. ``base`` are the fields as they were when the pack was made, ``fields`` as they are now; the
names of fields are those of the pages. Only the JSON is read when a pack comes back; nothing else of the file is looked at.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.calls.form_schema import ROW_ID, Form, Question, Section, is_empty, read_section, without_row_keys
from app.proposals.edits import said, whole_questions
from app.proposals.fields import question_of
from workflows.machine import N_

FORMAT = "assay-offline-1"
BLOCK = re.compile(r'<script type="application/json" id="assay-pack">(.*?)</script>', re.DOTALL)
PLAIN = re.compile(r"[\w-]{1,80}", re.ASCII)
LARGEST = 8 * 1024 * 1024
MOST_FIELDS = 20_000
STAYS = frozenset({"file", "point"})  # attachments, and exact positions: a file that is lost may put people in danger
DAMAGED = N_("This is not an offline form of Assay, or it was damaged on its way.")
Fields = Mapping[str, list[str]]


class UnreadablePack(ValueError):
    """A file that is no returned pack; the message is a sentence for people."""


@dataclass(frozen=True)
class Pack:
    """What a returned pack says: where it belongs, the form it was made from, and the fields then and now."""

    proposal: str
    stage: str
    form_sha256: str
    base: Fields
    fields: Fields


@dataclass(frozen=True)
class Change:
    """A question answered in the pack: ``is_newer`` when only the pack changed it, else both sides did."""

    section_id: str
    question_id: str
    now: Any
    packed: Any
    is_newer: bool


def document(page: str, style: str, script: str, block: Mapping[str, Any]) -> str:
    """The whole file: the page with its style, script and data inside, and a policy under which it can send nothing."""
    if "</script" in script or "</style" in style:
        raise ValueError("the style or script would end its own element")
    policy = f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; img-src data:"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{style}</style>'
    data = json.dumps(block, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    foot = f'<script type="application/json" id="assay-pack">{data}</script><script>{script}</script>'
    return page.replace("<!-- pack head -->", head, 1).replace("<!-- pack foot -->", foot, 1)


def _source(text: str) -> str:
    """The hash by which a content security policy allows one inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def read_pack(content: bytes) -> Pack:
    """Read a returned file; raises ``UnreadablePack`` with a sentence for everything that is none."""
    told = read_block(content, FORMAT)
    proposal, stage, form = (told.get(name) for name in ("proposal", "stage", "form_sha256"))
    if not all(isinstance(one, str) and PLAIN.fullmatch(one) for one in (proposal, stage, form)):
        raise UnreadablePack(DAMAGED)
    base = read_fields(told.get("base"))
    return Pack(str(proposal), str(stage), str(form), base, {**read_fields(told.get("fields"))} or base)


def read_block(content: bytes, wanted: str) -> dict[str, Any]:
    """The data inside a returned file of the format wanted; raises ``UnreadablePack``."""
    if len(content) > LARGEST:
        raise UnreadablePack(N_("This file is larger than a returned form can be."))
    try:
        found = BLOCK.search(content.decode())
        told = json.loads(found.group(1)) if found else None
    except (ValueError, RecursionError):  # no text, no JSON, a number of thousands of digits
        told = None
    if not isinstance(told, dict) or told.get("format") != wanted:
        raise UnreadablePack(DAMAGED)
    return told


def read_fields(told: Any) -> dict[str, list[str]]:
    """The fields and values of a part of the data, as texts that a database can hold; raises ``UnreadablePack``."""
    if not isinstance(told, dict) or len(told) > MOST_FIELDS:
        raise UnreadablePack(DAMAGED)
    return {_plain(name): [_plain(v) for v in values] for name, values in told.items() if isinstance(values, list)}


def _plain(value: Any) -> str:
    """A text without what no database holds: a null or half a character, as a damaged file may carry them."""
    return str(value).replace("\x00", "").encode("utf-8", "ignore").decode()


def travelling(question: Question) -> Question | None:
    """What of a question goes into the file: nothing of a file or a position, a table without its columns of these kinds."""
    if question.kind in STAYS:
        return None
    columns = tuple(column for column in question.columns if column.kind not in STAYS)
    return replace(question, columns=columns) if columns or not question.columns else None


def changes(form: Form, pack: Pack, answers: Mapping[str, Any]) -> list[Change]:
    """The questions that the pack answers otherwise than the server does now, in the order of the form.

    What was not touched in the pack is no change, whatever the server says now. ``form`` is the one of the pack.
    """
    found = []
    for section in form.sections:
        was, packed = (_read(form, section, fields) for fields in (pack.base, pack.fields))
        for question in filter(None, map(travelling, section.questions)):
            if _alike(was.get(question.id), packed.get(question.id)):
                continue
            now, new = _taken_along(question, answers.get(question.id)), packed.get(question.id)
            if not _alike(now, new):
                is_newer = _alike(now, was.get(question.id))
                found.append(Change(section.id, question.id, now, new, is_newer))
    return found


def _taken_along(question: Question, value: Any) -> Any:
    """An answer without the cells that do not travel; rows that hold nothing else are none."""
    if not question.columns or not isinstance(value, list):
        return value
    known = {ROW_ID, *(column.id for column in question.columns)}
    rows = ({k: v for k, v in row.items() if k in known} for row in value if isinstance(row, dict))
    return [row for row in rows if any(not is_empty(v) for k, v in row.items() if k != ROW_ID)]


def _read(form: Form, section: Section, fields: Fields) -> dict[str, Any]:
    return read_section(form, section.id, fields)[0]


def _alike(one: Any, other: Any) -> bool:
    return without_row_keys(one) == without_row_keys(other) or (is_empty(one) and is_empty(other))


def fields_of(pack: Pack, question_id: str) -> dict[str, list[str]]:
    """The fields of one question as the pack has them."""
    prefix = question_id + "."
    return {n: list(v) for n, v in pack.fields.items() if n == question_id or n.startswith(prefix)}


def fields_to_save(form: Form, pack: Pack, answers: Mapping[str, Any], wanted: Collection[str]) -> dict[str, list[str]]:
    """The fields that put the pack's answers to these questions in place, blanks for what it no longer holds.

    What does not travel stays in the rows that the pack still has.
    """
    fields = {name: values for question in wanted for name, values in fields_of(pack, question).items()}
    rows = {_row(name) for name, values in fields.items() if said(values)}
    whole = whole_questions(answers, wanted, fields)
    return {n: v for n, v in whole.items() if n in fields or _row(n) not in rows or not _stays(form, n)}


def _row(name: str) -> tuple[str, ...]:
    return tuple(name.split(".")[:2])


def _stays(form: Form, name: str) -> bool:
    question, parts = form.question(question_of(name)), name.split(".")
    column = parts[2] if len(parts) > 2 else ""
    return question is not None and any(one.id == column and one.kind in STAYS for one in question.columns)
