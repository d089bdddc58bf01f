"""What a call paid for: the public answers of its funded projects."""

from __future__ import annotations

from app.calls import queries as calls
from app.core.errors import NotFound
from app.public.funded import funded_page
from app.public.views import bp
from app.web.permissions import public_page
from app.web.rendering import render


@bp.get("/calls/<code>/projects")
@public_page
def funded_projects(code: str) -> str:
    """The funded projects of a published call."""
    call = calls.public_call(code)
    if call is None:
        raise NotFound()
    return render("public/funded.html", page=funded_page(call))
