"""The demo in a data folder, loaded once for all tests that start an instance of their own with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT


def environ_of(folder: Path) -> dict[str, str]:
    """What a process of an instance on this folder is started with."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ASSAY_")}
    return kept | {"ASSAY_DATA_DIR": str(folder), "ASSAY_ARGON2_MEMORY_KIB": "64"}


def load_demo_into(folder: Path) -> None:
    """Migrate and load, as the first start does; SQLite."""
    for words in (("db", "upgrade"), ("assay", "demo", "load")):
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        done = subprocess.run(command, cwd=ROOT, env=environ_of(folder), capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo that nothing runs on; who wants to use it takes a copy."""
    folder = tmp_path_factory.mktemp("demo-folder")
    load_demo_into(folder)
    return folder


def copy_of(folder: Path, target: Path) -> Path:
    """A copy to run an instance on."""
    shutil.copytree(folder, target, dirs_exist_ok=True)
    return target
