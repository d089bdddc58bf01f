"""Every setting Assay reads, from environment variables with the prefix ``ASSAY_``; nothing else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# Linear algebra in one thread, whatever loads it: on small matrices several threads wait for each other, ten times as long
# where the cores are busy.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent
DEVELOPMENT_SECRET = "development-only-secret-never-used-in-production"  # noqa: S105
MODES = ("development", "testing", "production")


class ConfigurationError(Exception):
    """A setting that must not be started with; the message says which and how to mend it."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process, validated."""

    mode: str
    data_dir: Path
    database_url: str
    redis_url: str | None
    smtp_url: str | None
    mail_from: str
    storage_url: str
    clamd_url: str | None
    secret_key: str
    audit_key: str
    field_key: str
    receipt_key: str
    base_url: str
    instance_name: str
    demo: bool
    upload_limit_bytes: int
    trusted_proxies: int
    debug: bool
    argon2_memory_kib: int
    lease_seconds: int
    confirm_minutes: int
    lock_wait_seconds: int

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def host(self) -> str:
        """The host (with port) that links and requests must carry."""
        return urlsplit(self.base_url).netloc

    @property
    def database_kind(self) -> str:
        return "PostgreSQL" if self.database_url.startswith("postgresql") else "SQLite"


def normalise_database_url(url: str) -> str:
    """Name the psycopg 3 driver in PostgreSQL addresses, whatever spelling the platform hands out."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


class _Numbers:
    """Reads whole numbers; what is none is noted as a problem, and the default stands in for it."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.problems: list[str] = []

    def read(self, name: str, default: int, *, least: int) -> int:
        written = (self.env.get(name) or str(default)).strip()
        if written.isascii() and written.isdigit() and int(written) >= least:
            return int(written)
        self.problems.append(f"{name} is '{written}'; use a whole number from {least} up.")
        return default


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings; raises ``ConfigurationError`` with every problem found."""
    env = os.environ if environ is None else environ
    mode = env.get("ASSAY_MODE", "development")
    data_dir = Path(env.get("ASSAY_DATA_DIR") or ROOT / "var").resolve()
    default_secret = "" if mode == "production" else DEVELOPMENT_SECRET
    secret = env.get("ASSAY_SECRET_KEY") or default_secret
    port = env.get("PORT", "8000")
    default_base = "" if mode == "production" else f"http://127.0.0.1:{port}"
    numbers = _Numbers(env)
    settings = Settings(
        mode=mode,
        data_dir=data_dir,
        database_url=normalise_database_url(env.get("ASSAY_DATABASE_URL") or f"sqlite:///{data_dir / 'assay.sqlite'}"),
        redis_url=env.get("ASSAY_REDIS_URL") or None,
        smtp_url=env.get("ASSAY_SMTP_URL") or None,
        mail_from=env.get("ASSAY_MAIL_FROM") or "Assay <no-reply@assay.example>",
        storage_url=env.get("ASSAY_STORAGE_URL") or f"file://{data_dir / 'files'}",
        clamd_url=env.get("ASSAY_CLAMD_URL") or None,
        secret_key=secret,
        audit_key=env.get("ASSAY_AUDIT_KEY") or secret,
        field_key=env.get("ASSAY_FIELD_KEY") or secret,
        receipt_key=env.get("ASSAY_RECEIPT_KEY") or secret,
        base_url=(env.get("ASSAY_BASE_URL") or default_base).rstrip("/"),
        instance_name=env.get("ASSAY_INSTANCE_NAME") or "European Partnership for Responsible Minerals",
        demo=env.get("ASSAY_DEMO", "") not in {"0", "false", "no"},
        upload_limit_bytes=numbers.read("ASSAY_UPLOAD_LIMIT_MB", 25, least=1) * 1024 * 1024,
        trusted_proxies=numbers.read("ASSAY_TRUSTED_PROXIES", 0, least=0),
        debug=env.get("ASSAY_DEBUG", "") in {"1", "true", "yes"},
        argon2_memory_kib=numbers.read("ASSAY_ARGON2_MEMORY_KIB", 8 if mode == "testing" else 19456, least=8),
        lease_seconds=numbers.read("ASSAY_LEASE_SECONDS", 45, least=1),
        confirm_minutes=numbers.read("ASSAY_CONFIRM_MINUTES", 10, least=1),
        lock_wait_seconds=numbers.read("ASSAY_LOCK_WAIT_SECONDS", 8, least=1),
    )
    problems = [*numbers.problems, *_problems(settings)]
    if problems:
        raise ConfigurationError("Assay does not start:\n- " + "\n- ".join(problems))
    return settings


def _problems(settings: Settings) -> Iterator[str]:
    """Yield one sentence for every setting that is unsafe or impossible."""
    if settings.mode not in MODES:
        yield f"ASSAY_MODE is '{settings.mode}'; use one of {', '.join(MODES)}."
    if not settings.storage_url.startswith("file://"):
        yield "ASSAY_STORAGE_URL must begin with file:// (a folder); no other storage is supported."
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        yield "ASSAY_DATABASE_URL must begin with sqlite:/// or postgresql://."
    if settings.clamd_url and not settings.clamd_url.startswith(("tcp://", "unix:///")):
        yield "ASSAY_CLAMD_URL must begin with tcp:// or unix:///."
    if settings.smtp_url and not settings.smtp_url.startswith(("smtp://", "smtps://")):
        yield "ASSAY_SMTP_URL must begin with smtp:// or smtps://."
    if not settings.is_production:
        return
    for name, value in (
        ("ASSAY_SECRET_KEY", settings.secret_key),
        ("ASSAY_AUDIT_KEY", settings.audit_key),
        ("ASSAY_FIELD_KEY", settings.field_key),
        ("ASSAY_RECEIPT_KEY", settings.receipt_key),
    ):
        if len(value) < 32 or len(set(value)) < 10 or value == DEVELOPMENT_SECRET:
            yield f"{name} is missing, short or well known; set at least 32 random characters."
    if settings.debug:
        yield "ASSAY_DEBUG is on; switch it off in production."
    if not settings.base_url.startswith("https://") or not settings.host:
        yield "ASSAY_BASE_URL must be the public address, beginning with https://."
