"""Settings: production refuses what is unsafe, every problem is a sentence; the one command answers in words."""

import os
import socket
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

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
        ({"ASSAY_UPLOAD_LIMIT_MB": "lots"}, "ASSAY_UPLOAD_LIMIT_MB is 'lots'; use a whole number"),
        ({"ASSAY_LEASE_SECONDS": "0"}, "ASSAY_LEASE_SECONDS"),
        ({"ASSAY_TRUSTED_PROXIES": "-1"}, "ASSAY_TRUSTED_PROXIES"),
        ({"ASSAY_CONFIRM_MINUTES": "0"}, "ASSAY_CONFIRM_MINUTES"),
        ({"ASSAY_LOCK_WAIT_SECONDS": "0"}, "ASSAY_LOCK_WAIT_SECONDS"),
    ],
)
def test_unsafe_settings_stop_the_start(change, words):
    with pytest.raises(ConfigurationError, match=words):
        load_settings(GOOD | change)


def test_every_problem_is_said_at_once():
    with pytest.raises(ConfigurationError) as refused:
        load_settings({"ASSAY_MODE": "production", "ASSAY_UPLOAD_LIMIT_MB": "lots"})
    said = str(refused.value)
    assert all(name in said for name in ("ASSAY_UPLOAD_LIMIT_MB", "ASSAY_SECRET_KEY", "ASSAY_BASE_URL"))


@pytest.mark.parametrize(("written", "wanted"), [("", True), ("1", True), ("0", False), ("no", False)])
def test_the_demo_can_be_left_out(written, wanted):
    assert load_settings({"ASSAY_DEMO": written}).demo is wanted


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


@pytest.fixture
def program(monkeypatch, tmp_path):
    """The module ``run``, with a folder of its own for the virtual environment."""
    loader = SourceFileLoader("run_program", str(ROOT / "run"))
    module = module_from_spec(spec_from_loader("run_program", loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / "venv")
    monkeypatch.setattr(module, "BIN", tmp_path / "venv" / "bin")
    return module


def test_missing_python3_venv_is_said_in_one_line(program, monkeypatch, capsys):
    failed = subprocess.CompletedProcess([], 1, "", "ensurepip is not available")
    monkeypatch.setattr(program.subprocess, "run", lambda *_a, **_k: failed)
    with pytest.raises(SystemExit) as ended:
        program.setup()
    said = capsys.readouterr().err.strip()
    assert ended.value.code == 1 and "\n" not in said and said.endswith("apt install python3-venv")
    assert not program.VENV.exists(), "nothing half made is left behind"


def test_an_old_python_is_said_in_one_line(program, monkeypatch, capsys):
    monkeypatch.setattr(program.sys, "version_info", (3, 10, 12))
    with pytest.raises(SystemExit):
        program.setup()
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


def test_dependencies_that_cannot_be_had_are_said(program, monkeypatch, capsys):
    program.BIN.mkdir(parents=True)
    (program.BIN / "python").touch()
    monkeypatch.setattr(program, "call", lambda *_a, **_k: 1)
    with pytest.raises(SystemExit):
        program.setup()
    assert "could not be installed" in capsys.readouterr().err


def test_help_lists_every_word():
    done = run("help")
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("test", "check", "walkthrough", "bench", "setup", "help"))


def test_unknown_word_is_answered_with_the_list():
    done = run("fly")
    assert done.returncode == 1 and "Unknown: fly" in done.stderr and "./run test" in done.stderr


@pytest.mark.parametrize("written", ["abc", "0", "99999"])
def test_a_port_that_is_none_is_said_in_one_line(written):
    done = run(PORT=written)
    assert done.returncode == 1
    assert done.stderr.strip() == f"PORT is '{written}'; use a number from 1 to 65535: PORT=8080 ./run"


def test_production_with_nothing_set_does_not_start(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {"ASSAY_MODE": "production", "PORT": str(port), "ASSAY_DATA_DIR": str(tmp_path)}
    done = run(**given, ASSAY_SECRET_KEY="", ASSAY_BASE_URL="")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "ASSAY_SECRET_KEY is missing" in done.stderr and "ASSAY_BASE_URL must be" in done.stderr


def test_busy_port_is_said_in_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.strip() == f"Port {port} is in use. Choose another one: PORT={port + 1} ./run"
