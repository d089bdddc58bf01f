"""The page of one check across the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.calls import building
from app.calls.building import Document
from app.calls.building.checks import put_check
from app.calls.building.drafts import read_draft
from app.calls.document import write_yaml
from app.calls.models import CallStage
from app.calls.present.building.fields import FieldView, Flaws, label_of, sentences, text_views
from app.calls.present.building.overview import address, told
from app.calls.present.parts import language_of
from app.web.filters import translate
from workflows.machine import N_

MESSAGE = (N_("What the applicant reads"), N_("Say what is wrong and how to mend it."))
WHEN = (N_("Speaks while this is true"), N_("An expression, for example: sum(partners.amount) > budget.total"))
QUESTION = (N_("Beside which question"), "")


@dataclass(frozen=True)
class CheckPage:
    """A check, to be edited."""

    id: str
    url: str
    remove_url: str
    fields: tuple[FieldView, ...]
    questions: FieldView
    errors: tuple[tuple[str, str], ...]
    theirs: str


def check_flaws(document: Document, ident: str, check: Document, languages: Sequence[str]) -> Flaws:
    """What is wrong with a check, were it put into the form."""
    tried, placed = put_check(document, ident, check)
    return read_draft(tried, languages).of("check", placed)


def check_page(
    stage: CallStage,
    document: Document,
    ident: str,
    check: Document,
    flaws: Flaws = (),
    theirs: Document | None = None,
) -> CheckPage:
    """The page; ``theirs`` is what somebody else stored meanwhile."""
    languages, errors = stage.call.languages, sentences(flaws)
    texts = text_views("message", check.get("message"), errors, languages)
    own = {name: errors.get(name, ()) for name in ("when", "question")}
    return CheckPage(
        id=ident,
        url=address(stage, "save_form_check", **({"id": ident} if ident else {})),
        remove_url=address(stage, "remove_form_check", id=ident) if ident else "",
        fields=(
            FieldView("message", "f-message", "texts", translate(MESSAGE[0]), translate(MESSAGE[1]), texts=texts),
            FieldView(
                "when",
                "f-when",
                "expression",
                translate(WHEN[0]),
                translate(WHEN[1]),
                value=str(check.get("when") or ""),
                errors=own["when"],
            ),
        ),
        questions=_questions(document, check, language_of(stage.call), own["question"]),
        errors=tuple(("f-" + rest.replace(".", "-"), told([(rest, flaw)], languages)[0]) for rest, flaw in flaws),
        theirs=write_yaml(theirs) if theirs is not None else "",
    )


def _questions(document: Document, check: Document, language: str, errors: tuple[str, ...]) -> FieldView:
    chosen = str(check.get("question") or "")
    asked = [(q["id"], f"{label_of(q, language)} ({q['id']})") for q in building.questions(document)]
    gone = [] if not chosen or chosen in dict(asked) else [(chosen, chosen)]
    options = tuple((code, label, code == chosen) for code, label in [("", translate(N_("Choose one"))), *gone, *asked])
    return FieldView("question", "f-question", "one", translate(QUESTION[0]), "", options=options, errors=errors)
