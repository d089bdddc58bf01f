"""The page of one section."""

from __future__ import annotations

from dataclasses import dataclass

from app.calls.building import Document
from app.calls.document import write_yaml
from app.calls.models import CallStage
from app.calls.present.building.fields import FieldView, Flaws, label_of, sentences, text_views
from app.calls.present.building.overview import address, told
from app.calls.present.parts import language_of
from app.web.filters import translate
from workflows.machine import N_

FIELDS = (
    ("title", "texts", N_("Title"), N_("It stands in the task list and at the top of the page.")),
    ("intro", "long_texts", N_("Introduction"), N_("What to know before answering. Leave empty for none.")),
)


@dataclass(frozen=True)
class SectionPage:
    """A section, to be edited."""

    id: str
    title: str
    url: str
    fields: tuple[FieldView, ...]
    errors: tuple[tuple[str, str], ...]
    theirs: str


def section_page(
    stage: CallStage, ident: str, section: Document, flaws: Flaws = (), theirs: Document | None = None
) -> SectionPage:
    """The page; ``theirs`` is what somebody else stored meanwhile."""
    languages, errors = stage.call.languages, sentences(flaws)
    return SectionPage(
        id=ident,
        title=label_of(section, language_of(stage.call)),
        url=address(stage, "save_form_section", **({"id": ident} if ident else {})),
        fields=tuple(
            FieldView(
                name,
                f"f-{name}",
                widget,
                translate(label),
                translate(hint),
                texts=text_views(name, section.get(name), errors, languages),
            )
            for name, widget, label, hint in FIELDS
        ),
        errors=tuple(("f-" + rest.replace(".", "-"), told([(rest, flaw)], languages)[0]) for rest, flaw in flaws),
        theirs=write_yaml({k: theirs.get(k) for k in ("title", "intro")}) if theirs is not None else "",
    )
