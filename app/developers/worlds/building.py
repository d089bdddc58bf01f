"""A form that is being built: a working copy with a difference, two of its questions in the library."""

from __future__ import annotations

from app.calls import building, policy, queries
from app.calls import services as calls
from app.calls.building import Document
from app.calls.services.standards import COUNTED
from app.developers.worlds.register import Register

TEXTS = {
    "en": ("How did you hear of this call?", "From a colleague", "On the internet"),
    "fr": ("Comment avez-vous entendu parler de cet appel ?", "Par un collègue", "Sur internet"),
    "es": ("¿Cómo supo de esta convocatoria?", "Por un colega", "En internet"),
}
NUMBERED = ("integer", "decimal", "money", "mineral", "minerals", "countries", "yes_no", "choice", "choices")


def begin(code: str, manager: str, register: Register) -> None:
    """Open the working copy of the last stage's form, ask one thing more, and put two questions into the library."""
    actor = register.actor(manager)
    stage = queries.stage_by_key(code, register.call(code).stages[-1].key)
    assert stage is not None
    languages = stage.call.languages

    def ask_more(document: Document, taken: frozenset[str]) -> Document:
        label, first, second = ({code: TEXTS[code][n] for code in languages} for n in range(3))
        options = [{"id": "colleague", "label": first}, {"id": "internet", "label": second}]
        question = {"kind": "choice", "label": label, "required": False, "options": options}
        return building.add_question(document, document["sections"][-1]["id"], question, taken)[0]

    calls.change_form(stage=stage, change=ask_more, actor=actor)
    everywhere = policy.manages_everything(actor)
    for number, ident in enumerate(_countable(stage.form_version.document)[:2], 1):
        standard, for_all = f"{code}-Q{number}"[:40], everywhere and number == 1
        calls.promote_question(stage=stage, question_id=ident, code=standard, for_all=for_all, actor=actor)


def _countable(document: Document) -> list[str]:
    """Questions that a report can add up, numbers first."""
    asked = [q for q in building.questions(document) if q["kind"] in COUNTED and q["kind"] in NUMBERED]
    return [q["id"] for q in sorted(asked, key=lambda q: NUMBERED.index(q["kind"]))]
