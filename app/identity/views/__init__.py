"""Pages of accounts and organisations."""

from flask import Blueprint

from app.extensions import login_manager

bp = Blueprint("identity", __name__)
login_manager.session_protection = None  # phones change their address all the time; sessions are revocable instead

from app.identity.views import signed_in, signing_in  # noqa: E402, F401 - they add their routes to bp
