"""The page of one question, section or check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from app.calls import building
from app.calls.building import Document, Gone
from app.calls.building.drafts import read_draft
from app.calls.building.keys import belongs
from app.calls.document import canonical_sha256, write_yaml
from app.calls.form_schema import CELL_KINDS, GROUP_KINDS, KINDS
from app.calls.models import CallStage
from app.calls.present.building import words
from app.calls.present.building.fields import SPARE_ROWS, FieldView, Flaws, label_of, question_fields
from app.calls.present.building.looking import Look, looks
from app.calls.present.building.overview import address, badges, condition_words, told
from app.calls.present.parts import language_of

LOCKED = frozenset({"kind", "options", "currency", "standard"})


@dataclass(frozen=True)
class Where:
    """Which question a page is about: one of the form, a new one, or a column of one (``of``)."""

    id: str = ""
    section: str = ""
    of: str = ""
    kind: str = ""

    @property
    def is_new(self) -> bool:
        return not self.id

    @property
    def is_column(self) -> bool:
        return bool(self.of)

    @property
    def place(self) -> str:
        """Where its parts stand among the ids of a form."""
        return f"{self.of}/columns/{self.id}" if self.of else self.id

    def values(self) -> dict[str, str]:
        """What the address of the page names."""
        named = {"id": self.id, "section": self.section, "of": self.of, "kind": self.kind}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class ColumnRow:
    """One column in the page of its table."""

    id: str
    label: str
    kind: str
    badges: str
    url: str
    first: bool
    last: bool


@dataclass(frozen=True)
class KindChoice:
    code: str
    label: str
    help: str
    url: str = ""


@dataclass(frozen=True)
class QuestionPage:
    """Everything about one question, to be edited."""

    where: Where
    title: str
    url: str
    kind: str
    kind_label: str
    kind_help: str
    kinds: tuple[KindChoice, ...]
    standard: str
    fields: tuple[FieldView, ...]
    columns: tuple[ColumnRow, ...]
    has_columns: bool
    add_column_url: str
    seen: str
    errors: tuple[tuple[str, str], ...]
    theirs: str
    preview: tuple[Look, ...] = field(default=())
    back_url: str = ""
    back_label: str = ""


def find(document: Document, where: Where) -> Document:
    """The question or column that is there now; a new one is empty. Raises ``Gone``."""
    if where.is_new:
        if where.of:
            building.question(document, where.of)
        else:
            building.section(document, where.section)
        return {"kind": where.kind}
    if where.of:
        return building.found_in(building.question(document, where.of).get("columns") or [], where.id)
    return building.question(document, where.id)


def seen(question: Document) -> str:
    """The fingerprint of a question as a page showed it: whether somebody changed this very one meanwhile."""
    return canonical_sha256(question)[:24]


def put(document: Document, where: Where, question: Document, taken: frozenset[str]) -> tuple[Document, str]:
    """The document with the question in its place; returns its id too. Raises ``Gone``."""
    if where.of:
        table = building.question(document, where.of)
        if where.is_new:
            made, ident = building.add_part(table, "columns", question, building.within(taken, f"{where.of}/columns"))
        else:
            made, ident = building.edit_part(table, "columns", where.id, question), where.id
        return building.edit_question(document, where.of, made), ident
    if where.is_new:
        return building.add_question(document, where.section, question, taken)
    return building.edit_question(document, where.id, question), where.id


def own_flaws(document: Document, where: Where, question: Document, languages: Sequence[str]) -> Flaws:
    """What is wrong with the question, were it put into the form."""
    try:
        tried, ident = put(document, where, question, frozenset())
    except Gone:
        return ()
    draft = read_draft(tried, languages)
    if not where.of:
        return draft.of("question", ident)
    columns = building.question(tried, where.of)["columns"]
    prefix = f"columns[{next(n for n, c in enumerate(columns) if c['id'] == ident)}]."
    return [
        (rest.removeprefix(prefix), flaw) for rest, flaw in draft.of("question", where.of) if rest.startswith(prefix)
    ]


def question_page(
    stage: CallStage,
    document: Document,
    where: Where,
    question: Document,
    flaws: Flaws = (),
    *,
    stored: Document | None = None,
    conflict: bool = False,
    spare: int = SPARE_ROWS,
    with_preview: bool = False,
) -> QuestionPage:
    """The page; ``question`` is what its fields show, ``stored`` what the working copy has (when that is another)."""
    language, languages = language_of(stage.call), stage.call.languages
    kind, inside, asked = str(question.get("kind", "")), kind_around(document, where), _earlier(document, where)
    locked = LOCKED if question.get("standard") else frozenset[str]()
    fields = question_fields(question, flaws, languages, asked, inside=inside, locked=locked, spare=spare)
    standing = stored if stored is not None else question
    return QuestionPage(
        where=where,
        title=label_of(question, language),
        url=address(stage, "save_form_question", **where.values()),
        kind=kind,
        kind_label=words.kind_label(kind),
        kind_help=words.kind_help(kind),
        kinds=() if locked else kind_choices(kinds_for(document, where)),
        standard=str(question.get("standard") or ""),
        fields=fields,
        columns=tuple(_columns(stage, question, language)),
        has_columns=not where.is_new and belongs("columns", kind),
        add_column_url=address(stage, "form_add", of=where.id) if where.id else "",
        seen=seen(standing),
        errors=_errors(flaws, fields, languages),
        theirs=write_yaml(standing) if conflict else "",
        preview=_looks(document, where, question, languages) if with_preview else (),
        back_url=_back(stage, where),
        back_label=label_of(_table(document, where), language) if where.of else "",
    )


def _back(stage: CallStage, where: Where) -> str:
    if where.of:
        return address(stage, "form_question", id=where.of)
    return address(stage, "form_overview") + (f"#q-{where.id}" if where.id else f"#s-{where.section}")


def _earlier(document: Document, where: Where) -> list[Document]:
    """The questions on which this one may depend; for a column those before its table, then the columns before it."""
    found: list[Document] = []
    for section in document["sections"]:
        for question in section["questions"]:
            if question["id"] == (where.of or where.id):
                return [*found, *_columns_before(question, where)] if where.of else found
            found.append(question)
        if where.is_new and section["id"] == where.section:
            return found
    return found


def _columns_before(table: Document, where: Where) -> Iterator[Document]:
    return takewhile(lambda column: column.get("id") != where.id, table.get("columns") or [])


def kind_around(document: Document, where: Where) -> str:
    """The kind of the table of a column; nothing for a whole question."""
    return str(_table(document, where).get("kind", "")) if where.of else ""


def _table(document: Document, where: Where) -> Document:
    """The table of a column; of one that somebody removed meanwhile, what any such question has."""
    try:
        return building.question(document, where.of)
    except Gone:
        return {"id": where.of, "kind": "table"}


def _columns(stage: CallStage, question: Document, language: str) -> list[ColumnRow]:
    columns = question.get("columns") or []
    return [
        ColumnRow(
            id=column["id"],
            label=label_of(column, language),
            kind=words.kind_label(str(column.get("kind", ""))),
            badges=", ".join([*badges(column), *filter(None, [condition_words(column.get("show_if"))])]),
            url=address(stage, "form_question", id=column["id"], of=question["id"]),
            first=number == 0,
            last=number == len(columns) - 1,
        )
        for number, column in enumerate(columns)
        if "id" in question
    ]


def _errors(flaws: Flaws, fields: Sequence[FieldView], languages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Every flaw for the top of the page, with the field it leads to."""
    own = {view.name: view.id for view in fields}
    named: list[tuple[str, str]] = []
    for rest, flaw in flaws:
        head = rest.replace("[", ".").replace("]", "").split(".")[0]
        anchor = "f-" + rest.replace("[", ".").replace("]", "").replace(".", "-") if "." in rest else own.get(head, "")
        named.append((anchor if head in own else "", told([(rest, flaw)], languages)[0]))
    return tuple(dict.fromkeys(named))


def _looks(document: Document, where: Where, question: Document, languages: Sequence[str]) -> tuple[Look, ...]:
    """How the question would look with what is typed, a column with its whole table."""
    try:
        tried, ident = put(document, where, question, frozenset())
    except Gone:
        return ()
    return looks(read_draft(tried, languages).form, where.of or ident, languages)


def kinds_for(document: Document, where: Where) -> tuple[str, ...]:
    """The kinds that a question may have at this place."""
    if not where.of:
        return KINDS
    return GROUP_KINDS if kind_around(document, where) == "group" else CELL_KINDS


def kind_choices(kinds: Sequence[str]) -> tuple[KindChoice, ...]:
    """The kinds to choose from, with what they are for."""
    return tuple(KindChoice(kind, words.kind_label(kind), words.kind_help(kind)) for kind in kinds)


def kind_links(stage: CallStage, document: Document, where: Where) -> tuple[KindChoice, ...]:
    """The same, each with the page of a new question of that kind."""
    named = {"of": where.of} if where.of else {"section": where.section}
    return tuple(
        KindChoice(
            kind, words.kind_label(kind), words.kind_help(kind), address(stage, "form_question", kind=kind, **named)
        )
        for kind in kinds_for(document, where)
    )
