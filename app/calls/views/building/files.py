"""A form as a file: YAML or XLSForm, out and in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from app.calls import document as documents
from app.calls import services, xlsform
from app.calls.building import check_structure
from app.calls.building.drafts import read_draft
from app.calls.form_schema import text
from app.calls.forms import FormFileForm
from app.calls.present.building.files import ImportPage, import_page, sentences, shared_labels
from app.calls.strict import Flaw, FormError
from app.calls.views import bp
from app.calls.views.building.loading import ADDRESS, Bench, load_bench
from app.core.errors import Conflict
from app.web.downloads import file_download, text_download
from app.web.filters import translate
from app.web.permissions import current_actor, requires

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Page = str | tuple[str, int] | Redirect


@bp.get(f"{ADDRESS}/form.yaml")
@requires("form.build")
def form_yaml(code: str, key: str) -> Response:
    """The form alone as YAML."""
    bench = load_bench(code, key)
    return text_download(f"{code}-{key}.yaml", documents.write_yaml(bench.document), "application/yaml")


@bp.get(f"{ADDRESS}/form.xlsx")
@requires("form.build")
def form_xlsx(code: str, key: str) -> Response:
    """The form as an XLSForm."""
    bench = load_bench(code, key)
    title = text(bench.stage.title, bench.languages[0])
    languages = list(bench.languages)
    content = xlsform.write_xlsform(bench.document, title, languages, shared_labels(languages))
    return file_download(f"{code}-{key}.xlsx", content, XLSX)


@bp.get(f"{ADDRESS}/import")
@requires("form.build")
def form_import(code: str, key: str) -> str:
    """Ask for the file."""
    bench = load_bench(code, key)
    return _page(bench, FormFileForm(version=bench.version))


@bp.post(f"{ADDRESS}/import")
@requires("form.build")
def form_import_check(code: str, key: str) -> Page:
    """Say what the file would make and what of it has no place. Nothing is kept."""
    bench, form = load_bench(code, key), FormFileForm()
    form.validate()
    try:
        document, notes = _read(form)
    except FormError as error:
        return _page(bench, form, flaws=sentences(error.flaws)), 422
    form = FormFileForm(formdata=None, text=documents.write_yaml(document), version=bench.version)
    draft = read_draft(document, bench.languages)
    return _page(bench, form, page=import_page(bench.document, document, draft, notes))


@bp.post(f"{ADDRESS}/import/save")
@requires("form.build")
def form_import_save(code: str, key: str) -> Page:
    """Make the checked form the working copy."""
    bench, form = load_bench(code, key), FormFileForm()
    form.validate()
    try:
        document, _ = _read(form)
        services.change_form(
            stage=bench.stage,
            change=lambda _old, _taken: document,
            actor=current_actor(),
            expected_version=form.expected_version,
        )
    except FormError as error:
        return _page(bench, form, flaws=sentences(error.flaws)), 422
    except Conflict as error:
        return _page(bench, form, flaws=(translate(error),)), 409
    flash(gettext("The file is the working copy now. The form in use is unchanged."), "success")
    return redirect(url_for("calls.form_overview", code=code, key=key), code=303)


def _read(form: FormFileForm) -> tuple[dict[str, object], tuple[Flaw, ...]]:
    """The document of the upload or of the text, and what of it has no place. Raises ``FormError``."""
    content = form.content()
    if isinstance(content, bytes) and content[:2] == b"PK":
        found = xlsform.read_xlsform(content)
        check_structure(found.document)
        return found.document, found.notes
    document = documents.read_yaml(content)
    check_structure(document)
    return document, ()


def _page(bench: Bench, form: FormFileForm, flaws: Sequence[str] = (), page: ImportPage | None = None) -> str:
    lines = tuple(("", line) for line in flaws)
    return bench.page("calls/building/import.html", form=form, flaws=lines, page=page)
