"""Receipts that prove what arrived and when: a short text, signed with Ed25519 (RFC 8032), that anybody can check. Pure.

The text names no person and no organisation, so it may be shown to whoever should believe it. What is signed are the
lines between the first and the second mark, joined by line feeds, in UTF-8.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.core.errors import Invalid
from workflows.machine import N_

BEGIN, SIGNED, END = "-----BEGIN ASSAY RECEIPT-----", "-----SIGNED WITH ED25519-----", "-----END ASSAY RECEIPT-----"
LONGEST = 40_000
NAMES = "Call|Reference|Stage|Version|Received|Late|Content-SHA256|File-SHA256|Key|Signature"
LINE = re.compile(rf"\s*({re.escape(BEGIN)}|{re.escape(SIGNED)}|{re.escape(END)})\s*|\s+(?=(?:{NAMES}): )")


class Verdict(StrEnum):
    """What is to be thought of a receipt."""

    GENUINE = "genuine"
    NOT_ON_RECORD = "not_on_record"
    FORGED = "forged"


@dataclass(frozen=True)
class Arrival:
    """What a receipt says: one version of one stage of a proposal, its arrival and its hashes (SHA-256, hexadecimal)."""

    call: str
    reference: str
    stage: str
    version: int
    received_at: datetime
    zone: str
    sha256: str
    files: tuple[tuple[str, int], ...] = ()
    late_seconds: int = 0


@dataclass(frozen=True)
class SignedReceipt:
    """The signed lines, the signature (64 bytes) and the public key (32 bytes) that belongs to it."""

    text: str
    signature: bytes
    public_key: bytes

    @property
    def armoured(self) -> str:
        """The receipt as people keep it."""
        signature = base64.b64encode(self.signature).decode()
        lines = (BEGIN, self.text, SIGNED, f"Key: {self.public_key.hex()}", f"Signature: {signature}", END)
        return "\n".join(lines) + "\n"

    @property
    def facts(self) -> dict[str, str]:
        """Name → value of each signed line; a file's lines are left out, because there may be many."""
        pairs = (line.split(": ", 1) for line in self.text.split("\n"))
        return {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and pair[0] != "File-SHA256"}

    def is_signed_by(self, keys: Collection[bytes]) -> bool:
        """Whether one of these public keys made the signature; a key that the receipt merely brings along proves nothing."""
        if self.public_key not in keys:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(self.signature, self.text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def signing_key(secret: str) -> Ed25519PrivateKey:
    """The key of an installation, made from its secret; no other use of the secret yields the same key."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"receipt:{secret}".encode()).digest())


def public_key(key: Ed25519PrivateKey) -> bytes:
    """The public half, 32 bytes."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def public_pem(key: Ed25519PrivateKey) -> str:
    """The public half as PEM, for those who check receipts with other programs."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def sign(arrival: Arrival, key: Ed25519PrivateKey) -> SignedReceipt:
    """Write the receipt and sign it."""
    text = "\n".join(_lines(arrival))
    return SignedReceipt(text, key.sign(text.encode()), public_key(key))


def _lines(arrival: Arrival) -> Iterable[str]:
    yield f"Call: {arrival.call}"
    yield f"Reference: {arrival.reference}"
    yield f"Stage: {arrival.stage}"
    yield f"Version: {arrival.version}"
    yield f"Received: {arrival.received_at.isoformat(timespec='microseconds')} ({arrival.zone})"
    if arrival.late_seconds:
        yield f"Late: {arrival.late_seconds} s after the deadline, within the grace time of the call"
    yield f"Content-SHA256: {arrival.sha256}"
    for sha256, size in arrival.files:
        yield f"File-SHA256: {sha256} ({size} bytes)"


def read(typed: str) -> SignedReceipt:
    """A receipt as somebody pasted it: text around it, quoting, indentation and lost or added line ends do not matter.

    Raises ``Invalid`` in words when there is no receipt in it, or it is cut short.
    """
    words = " ".join(filter(None, (word.lstrip(">") for word in typed[:LONGEST].split())))
    lines = [line for line in LINE.split(words) if line]
    try:
        begin, signed = lines.index(BEGIN), lines.index(SIGNED)
        end = lines.index(END, signed)
        about = dict(line.split(": ", 1) for line in lines[signed + 1 : end])
        signature = base64.b64decode(about["Signature"], validate=True)
        key = bytes.fromhex(about["Key"])
    except (ValueError, KeyError) as error:
        raise Invalid(
            N_("There is no whole receipt in this text. Paste it from “%(begin)s” to “%(end)s”."),
            field="receipt",
            begin=BEGIN,
            end=END,
        ) from error
    return SignedReceipt("\n".join(lines[begin + 1 : signed]), signature, key)
