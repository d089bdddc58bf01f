"""Pages of reviewers and of the staff who look after reviews."""

from flask import Blueprint

bp = Blueprint("reviews", __name__)
