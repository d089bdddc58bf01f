"""The acts, one file each, played in the order of their names; a new file ``act_NN_….py`` with ``perform(play)`` joins."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType


def in_order() -> list[ModuleType]:
    """Every act."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("act_*.py"))
    return [import_module(f"{__name__}.{name}") for name in names]


def title(act: ModuleType) -> str:
    """The first line of the act's description."""
    return (act.__doc__ or act.__name__).strip().splitlines()[0]
