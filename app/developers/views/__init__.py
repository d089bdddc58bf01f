"""Pages for people who work on Assay: the on-disk mailbox and the clock. They exist in no production instance."""

from flask import Blueprint

bp = Blueprint("developers", __name__)

from app.developers.views import clock, mailbox  # noqa: E402, F401 - the pages attach themselves to the blueprint
