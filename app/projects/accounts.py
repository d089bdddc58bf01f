"""Bank accounts as people write them: normalising, checking (IBAN by its check digits), and showing only the end."""

from __future__ import annotations

import re

from workflows.machine import N_

IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
OTHER = re.compile(r"[A-Z0-9]{5,34}")


def normalise(text: str) -> str:
    """Capital letters and digits only, as banks store it."""
    return re.sub(r"[\s.\-/]", "", text).upper()


def problem(account: str) -> str | None:
    """Why a normalised account cannot be right, or nothing. Many countries have no IBAN."""
    if not OTHER.fullmatch(account) or not any(c.isdigit() for c in account):
        return N_("Write the account number with letters and digits only, 5 to 34 of them.")
    if IBAN.fullmatch(account) and not _checks(account):
        return N_("This IBAN is mistyped: its check digits do not fit.")
    return None


def _checks(iban: str) -> bool:
    """ISO 13616: the rearranged digits leave the remainder 1 when divided by 97."""
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1


def tail(account: str) -> str:
    """The last four characters: enough to tell two accounts apart, not enough to pay to one."""
    return account[-4:]


def in_groups(account: str) -> str:
    """Four characters at a time, for comparing with a paper by eye."""
    return " ".join(account[i : i + 4] for i in range(0, len(account), 4))
