"""Neutral names for the files of a sealed version, so that a name on somebody's disk tells nobody who sent it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol


class SealedFile(Protocol):
    """A file as a sealed version names it."""

    @property
    def id(self) -> str: ...
    @property
    def media_type(self) -> str: ...


def neutral_names(reference: str, files: Iterable[SealedFile], extensions: Mapping[str, str]) -> dict[str, str]:
    """File id → ``EPRM-26-0042-annex-2.pdf``, numbered as sealed; ``extensions``: media type → ending."""
    return {
        file.id: f"{reference}-annex-{number}.{extensions.get(file.media_type, 'bin')}"
        for number, file in enumerate(files, 1)
    }
