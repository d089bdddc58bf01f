"""Pages of accounts and organisations."""

from flask import Blueprint

from app.extensions import login_manager

bp = Blueprint("identity", __name__)
login_manager.session_protection = None  # phones change their address all the time; sessions are revocable instead

from app.identity.views import (  # noqa: E402 - they add their routes to bp
    account,
    carrying,
    confirming,
    documents,
    members,
    newcomers,
    organisations,
    passwords,
    registering,
    signed_in,
    signing_in,
)

__all__ = [
    "account",
    "bp",
    "carrying",
    "confirming",
    "documents",
    "members",
    "newcomers",
    "organisations",
    "passwords",
    "registering",
    "signed_in",
    "signing_in",
]
