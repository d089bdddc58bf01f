"""Settings: production refuses what is unsafe, every problem is a sentence; the one command answers in words."""

import os
import socket
import subprocess
import sys

import pytest

from config import DEVELOPMENT_SECRET, ConfigurationError, load_settings, normalise_database_url
from tests.architecture.sources import ROOT

GOOD = {
    "ASSAY_MODE": "production",
    "ASSAY_SECRET_KEY": "uV3-kq9ZsM2_xP7wT5yB8nE4rA1cG6hJ0dLf",
    "ASSAY_BASE_URL": "https://grants.example.org",
}


def test_good_production_settings_pass(tmp_path):
    settings = load_settings(GOOD | {"ASSAY_DATA_DIR": str(tmp_path)})
    assert settings.is_production and settings.host == "grants.example.org"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ASSAY_SECRET_KEY": ""}, "ASSAY_SECRET_KEY"),
        ({"ASSAY_SECRET_KEY": "short"}, "ASSAY_SECRET_KEY"),
        ({"ASSAY_SECRET_KEY": "a" * 64}, "ASSAY_SECRET_KEY"),
        ({"ASSAY_SECRET_KEY": DEVELOPMENT_SECRET}, "ASSAY_SECRET_KEY"),
        ({"ASSAY_AUDIT_KEY": "short"}, "ASSAY_AUDIT_KEY"),
        ({"ASSAY_DEBUG": "1"}, "ASSAY_DEBUG"),
        ({"ASSAY_BASE_URL": ""}, "ASSAY_BASE_URL"),
        ({"ASSAY_BASE_URL": "http://grants.example.org"}, "ASSAY_BASE_URL"),
        ({"ASSAY_MODE": "live"}, "ASSAY_MODE"),
        ({"ASSAY_STORAGE_URL": "s3://bucket"}, "ASSAY_STORAGE_URL"),
        ({"ASSAY_SMTP_URL": "mail.example.org"}, "ASSAY_SMTP_URL"),
        ({"ASSAY_DATABASE_URL": "mysql://x"}, "ASSAY_DATABASE_URL"),
    ],
)
def test_unsafe_settings_stop_the_start(change, words):
    with pytest.raises(ConfigurationError, match=words):
        load_settings(GOOD | change)


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_every_spelling_of_postgresql_is_taken(url):
    assert normalise_database_url(url) == "postgresql+psycopg://u@h/d"


def run(*words: str, **environ: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, str(ROOT / "run"), *words],
        capture_output=True,
        text=True,
        env={**os.environ, **environ},
        timeout=60,
    )


def test_help_lists_every_word():
    done = run("help")
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("test", "check", "walkthrough", "bench", "setup", "help"))


def test_unknown_word_is_answered_with_the_list():
    done = run("fly")
    assert done.returncode == 1 and "Unknown: fly" in done.stderr and "./run test" in done.stderr


def test_busy_port_is_said_in_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.strip() == f"Port {port} is in use. Choose another one: PORT={port + 1} ./run"
