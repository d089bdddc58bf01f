"""The Flask application factory."""

from flask import Flask

from app import blueprints, extensions
from app.web import errors, filters, rendering, security, transaction
from config import ROOT, Settings, load_settings


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application: configuration, extensions, request handling, blueprints."""
    settings = settings or load_settings()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.extensions["settings"] = settings
    extensions.register(app, settings)
    for part in (security, transaction, rendering, filters, errors):
        part.register(app)
    blueprints.register(app)
    return app
