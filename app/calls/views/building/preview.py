"""The form as applicants and reviewers will meet it."""

from __future__ import annotations

from flask import request
from flask_babel import force_locale
from markupsafe import Markup

from app.calls.building.drafts import read_draft
from app.calls.present.building.preview import preview
from app.calls.views import bp
from app.calls.views.building.loading import ADDRESS, load_bench
from app.web.permissions import requires
from app.web.rendering import render


@bp.get(f"{ADDRESS}/preview")
@requires("form.build")
def form_preview(code: str, key: str) -> str:
    """As an applicant or a reviewer, in one language, as wide as a phone or a screen."""
    bench = load_bench(code, key)
    draft = read_draft(bench.document, bench.languages)
    values = request.args
    page = preview(
        bench.stage, draft, values.get("as", ""), values.get("lang", ""), phone=values.get("width", "phone") == "phone"
    )
    with force_locale(page.language):
        inside = Markup(render("calls/building/_preview.html", page=page))  # noqa: S704 - made by our own template
    return bench.page("calls/building/preview.html", page=page, inside=inside)
