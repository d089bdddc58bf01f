"""Granting a role by the page that asks for the password once more."""

from __future__ import annotations

from sqlalchemy import func, select

from app.identity.models import RoleGrant
from app.web.security import PROOF_FIELD
from tests.client import form_values, soup
from tests.factories.identity import PASSWORD

ROLES = "/admin/programmes/OURS/roles"


def grants(session) -> int:
    return session.scalar(select(func.count(RoleGrant.id)).where(RoleGrant.role == "auditor"))


def grant(client, **more):
    return client.fill(ROLES, email="nia@example.org", role="auditor", **more)


def carried(page) -> dict[str, object]:
    """What the page would send, and where."""
    (form,) = [f for f in soup(page).find_all("form") if f.find("input", {"name": PROOF_FIELD})]
    return {"action": form["action"], "values": form_values(form)}


def confirm(client, page, password=PASSWORD, **more):
    form = carried(page)
    return client.post(form["action"], data={**form["values"], PROOF_FIELD: password}, **more)


def token_of(client) -> str:
    with client.session_transaction() as cookie:
        return cookie["_user_id"]
