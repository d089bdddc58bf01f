"""Pages of the committee, of those who decide, and of those who learn the result."""

from flask import Blueprint

bp = Blueprint("decisions", __name__)
