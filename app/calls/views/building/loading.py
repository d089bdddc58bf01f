"""What every page of the form builder begins with: the stage, its working copy, and the document to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from app.calls import queries
from app.calls.building import Document
from app.calls.models import CallStage, FormDraft
from app.calls.present.building.overview import Desk, desk
from app.web.permissions import authorised
from app.web.rendering import render

ADDRESS = "/manage/<code>/forms/<key>"
Fields = dict[str, list[str]]


@dataclass(frozen=True)
class Bench:
    """A stage whose form is built. Until the first change there is no working copy, and the form in use is shown."""

    stage: CallStage
    draft: FormDraft | None
    document: Document
    languages: tuple[str, ...]

    @property
    def version(self) -> int:
        """The version of the working copy; 0 while there is none."""
        return self.draft.version if self.draft else 0

    def desk(self) -> Desk:
        return desk(self.stage, self.draft)

    def page(self, template: str, **context: Any) -> str:
        """A page of the builder."""
        return render(template, desk=self.desk(), **context)


def load_bench(code: str, key: str) -> Bench:
    """The stage of this call, if the person may build its form."""
    stage = authorised(queries.stage_by_key(code, key))
    draft = queries.form_draft_of(stage)
    document = draft.document if draft else stage.form_version.document
    return Bench(stage, draft, document, tuple(stage.call.languages))


def posted() -> Fields:
    """Everything that the page posted, by name."""
    return dict(request.form.lists())
