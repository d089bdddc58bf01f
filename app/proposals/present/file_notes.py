"""What is said beside a file: how its check for viruses stands, and where else the applicants attached it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from flask_babel import gettext

from app.proposals import queries
from app.proposals.models import ProposalFile, StageSubmission
from app.proposals.snapshot import SealedFile
from workflows.machine import N_

SCAN_WORDS = {
    "waiting": N_("Being checked for viruses; it can be opened in a minute."),
    "infected": N_("Holds a virus. Nobody can open it; remove it before you submit."),
    "failed": N_("Could not be checked for viruses and cannot be opened."),
}
FOR_STAFF = {"not_configured": N_("Not scanned for viruses.")}


def _word(state: str, audience: str) -> str:
    found = SCAN_WORDS.get(state) or (FOR_STAFF.get(state) if audience == "programme" else "")
    return gettext(found) if found else ""


def scan_notes(files: Iterable[SealedFile], audience: str) -> dict[str, str]:
    """File id → how its check stands, where that is worth a word to this reader."""
    ids = [uuid.UUID(file.id) for file in files]
    states = queries.scan_states(ids) if ids else {}
    return {str(ident): word for ident, state in states.items() if (word := _word(state, audience))}


def own_notes(submission: StageSubmission, files: list[ProposalFile], sees_others: bool) -> Mapping[str, str]:
    """The same for who writes, with the organisation's other proposals that have the same content attached."""
    elsewhere = queries.same_files_elsewhere(submission) if files and sees_others else {}
    notes = {}
    for file in files:
        words = [_word(file.file.scan_state, "applicant")]
        if references := elsewhere.get(file.file.sha256):
            words.append(gettext("The same file as in %(references)s.", references=", ".join(references)))
        notes[str(file.id)] = " ".join(filter(None, words))
    return notes
