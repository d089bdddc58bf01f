"""Password rules and hashing (argon2id, OWASP's two passes and one lane); the memory is a setting."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workflows.machine import N_, Refusal

SHORTEST, LONGEST = 12, 200
FEWEST_DIFFERENT = 5
# Long enough and still among the first that are tried; compared without case, blanks and punctuation.
_COMMON = """
    1234567890ab 123456789012 0123456789ab 012345678901 1q2w3e4r5t6y qwertyuiop12 qwertyuiop123 qwerty123456
    qwertyqwerty asdfghjkl123 zxcvbnm12345 password1234 password12345 password123456 passwordpassword
    mypassword123 newpassword12 adminadmin12 administrator administrator1 welcome12345 welcome123456
    letmeinletmein changeme1234 changemeplease iloveyou1234 iloveyouforever abcdefghijkl abcdefgh1234
    abcd1234abcd football1234 baseball1234 superman1234 trustno1trustno1 correcthorsebattery
    correcthorsebatterystaple motdepasse123 contrasena123 contraseña123 senha1234567 bonjour12345
"""
COMMON = frozenset(_COMMON.split())


def weakness(password: str, email: str = "") -> Refusal | None:
    """Why this password is not accepted, or nothing."""
    length = len(normal(password))
    if length < SHORTEST:
        return Refusal(N_("Use at least %(count)s characters; a short sentence is good."), {"count": SHORTEST})
    if length > LONGEST:
        return Refusal(N_("Use at most %(count)s characters."), {"count": LONGEST})
    bare = "".join(c for c in normal(password).casefold() if c.isalnum())
    if email and bare in {_bare(email), _bare(email.partition("@")[0])}:
        return Refusal(N_("Do not use your e-mail address as the password."))
    if bare in COMMON or len(set(normal(password))) < FEWEST_DIFFERENT:
        return Refusal(N_("This password is among the first that are tried. Choose another one."))
    return None


def _bare(text: str) -> str:
    return "".join(c for c in normal(text).casefold() if c.isalnum())


def normal(password: str) -> str:
    """The same characters for the same keys pressed, whatever way a device composes accents (NFC)."""
    return unicodedata.normalize("NFC", password)


@lru_cache(maxsize=4)
def _hasher(memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)


@lru_cache(maxsize=4)
def _decoy(memory_kib: int) -> str:
    return _hasher(memory_kib).hash("nobody has this password")


def make_hash(password: str, memory_kib: int) -> str:
    """The hash to store."""
    return _hasher(memory_kib).hash(normal(password))


def matches(password: str, stored: str, memory_kib: int) -> bool:
    """Whether this is the password. Without a stored hash it takes the same time and is always false."""
    try:
        return _hasher(memory_kib).verify(stored or _decoy(memory_kib), normal(password)) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str, memory_kib: int) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher(memory_kib).check_needs_rehash(stored)
