"""The objects shared by every package: database, sign-in, form protection, translation."""

from __future__ import annotations

from flask import Flask, current_app
from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from config import ROOT, Settings


class Base(DeclarativeBase):
    """Declarative base whose constraints all have predictable names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})
migrate = Migrate(directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()


def current_settings() -> Settings:
    """The settings of the running application, for code that knows no Flask."""
    settings: Settings = current_app.extensions["settings"]
    return settings


def engine_options(settings: Settings) -> dict[str, object]:
    """Timeouts and pool sizes of the database engine, so that no request waits for ever.

    Errors do not repeat the values of a statement: they end in logs, and values are drafts, links and addresses.
    """
    if settings.database_kind == "SQLite":
        return {"hide_parameters": True, "connect_args": {"timeout": 30, "check_same_thread": False}}
    patience = settings.lock_wait_seconds * 1000  # a statement's time holds its wait for a lock
    waits = f"-c lock_timeout={patience} -c statement_timeout={patience + 22_000}"
    waits += " -c idle_in_transaction_session_timeout=60000"
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "pool_size": 10,
        "max_overflow": 10,
        "connect_args": {"options": waits + " -c timezone=utc", "connect_timeout": 5},
    }


def register(app: Flask, settings: Settings) -> None:
    """Configure Flask and attach the extensions."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        DEBUG=settings.debug,
        TESTING=settings.mode == "testing",
        MAX_CONTENT_LENGTH=settings.upload_limit_bytes + 2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=10_000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SESSION_COOKIE_NAME="__Host-assay" if settings.is_production else "assay",
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "app" / "translations"),
        BABEL_DEFAULT_TIMEZONE="UTC",
    )
    db.init_app(app)
    migrate.init_app(app, db)
    login_manager.init_app(app, add_context_processor=False)
    csrf.init_app(app)
    babel.init_app(app)
