"""Working without a network: taking the form along as one file, and bringing it back."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.proposals import offline as packs
from app.proposals import queries, services
from app.proposals.forms import MergeForm, ReturnedForm
from app.proposals.models import OfflineReturn, StageSubmission
from app.proposals.present import offline as present
from app.proposals.present.checking import place
from app.proposals.views import bp
from app.proposals.views.loading import language, load_stage
from app.web.downloads import file_download
from app.web.filters import instant
from app.web.permissions import current_actor, requires
from app.web.rendering import render, static_text

STAGE = "/<uuid:proposal_id>/stages/<key>/offline"
SCRIPTS = ("js/forms.js", "js/offline.js")
Answer = Response | str | tuple[str, int]


@bp.get(STAGE)
@requires("proposal.edit")
def offline(proposal_id: uuid.UUID, key: str) -> Answer:
    """What an offline form is, its download, and where it comes back."""
    submission = load_stage(proposal_id, key)
    return _page(submission, ReturnedForm(formdata=None))


def _page(submission: StageSubmission, form: ReturnedForm) -> str:
    return render("proposals/offline.html", page=present.offline_page(submission, language()), form=form)


@bp.get(STAGE + "/form.html")
@requires("proposal.edit")
def offline_pack(proposal_id: uuid.UUID, key: str) -> Response:
    """The form with the answers of now, as one file that needs no network and can send nothing."""
    submission = load_stage(proposal_id, key)
    made = instant(clock.now(), submission.proposal.call.zone)
    page = present.pack_page(submission, made, language())
    html = packs.document(
        render("proposals/offline_pack.html", page=page),
        static_text("css/assay.css"),
        "\n".join(static_text(name) for name in SCRIPTS),
        present.block_of(submission, page),
    )
    return file_download(page.file_name, html.encode(), "text/html; charset=utf-8")


@bp.post(STAGE)
@requires("proposal.edit")
def return_offline(proposal_id: uuid.UUID, key: str) -> Answer:
    """Take a returned file; nothing of it is merged before the person has seen what it changes."""
    submission, form = load_stage(proposal_id, key), ReturnedForm()
    upload = request.files.get("file")
    content = upload.stream.read(packs.LARGEST + 1) if upload else b""
    kept: list[OfflineReturn] = []
    if not form.took(
        lambda: kept.append(services.keep_return(submission=submission, content=content, actor=current_actor()))
    ):
        return _page(submission, form), 422
    return redirect(url_for("proposals.compare_offline", **place(submission), return_id=kept[0].id), code=303)


def _returned(submission: StageSubmission, return_id: uuid.UUID) -> OfflineReturn:
    returned = queries.get_return(submission.id, return_id)
    if returned is None:
        raise NotFound()
    return returned


@bp.get(STAGE + "/<uuid:return_id>")
@requires("proposal.edit")
def compare_offline(proposal_id: uuid.UUID, key: str, return_id: uuid.UUID) -> Answer:
    """What the returned file says beside what is saved here."""
    submission = load_stage(proposal_id, key)
    return _comparison(submission, _returned(submission, return_id))


def _comparison(submission: StageSubmission, returned: OfflineReturn, refusal: str = "") -> str:
    page = present.merge_page(submission, returned, current_actor(), language())
    form = MergeForm(formdata=None, version=page.version)
    return render("proposals/offline_merge.html", page=page, form=form, refusal=refusal)


@bp.post(STAGE + "/<uuid:return_id>")
@requires("proposal.edit")
def merge_offline(proposal_id: uuid.UUID, key: str, return_id: uuid.UUID) -> Answer:
    """Take over the chosen answers; when somebody saved meanwhile, the comparison is shown anew."""
    submission = load_stage(proposal_id, key)
    returned, form = _returned(submission, return_id), MergeForm()
    try:
        count = services.merge_return(
            submission=submission,
            returned=returned,
            take=request.form.getlist("take"),
            expected_version=form.expected_version,
            actor=current_actor(),
        )
    except Conflict:
        words = gettext("Somebody saved something while you were choosing. Look again; nothing was taken over yet.")
        return _comparison(submission, returned, words), 409
    except Invalid as refused:
        return _comparison(submission, returned, gettext(refused.message, **refused.params)), 422
    flash(ngettext("%(num)s answer was taken over.", "%(num)s answers were taken over.", count), "success")
    return redirect(url_for("proposals.show", proposal_id=proposal_id), code=303)
