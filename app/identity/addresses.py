"""E-mail addresses: which are accepted, and which of them are one and the same account."""

from __future__ import annotations

import unicodedata

import idna
from email_validator import EmailNotValidError, validate_email

# These providers deliver to one mailbox whatever dots stand in the local part.
DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def normal_email(text: str) -> str:
    """The address in its normal written form; raises ``ValueError`` when it is not one that mail can be sent to.

    Local parts are plain ASCII: a Cyrillic letter that looks like a Latin one must not make a second account.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    try:
        found = validate_email(
            folded,
            check_deliverability=False,
            allow_smtputf8=False,
            allow_domain_literal=False,
            globally_deliverable=False,
        )
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error
    if "." not in found.ascii_domain:
        raise ValueError("the domain has no dot")
    return f"{found.local_part}@{found.domain}"


def email_key(text: str) -> str:
    """The address folded (NFKC, case, IDNA domain): equal keys are one account. Never fails, also for nonsense."""
    local, at, domain = unicodedata.normalize("NFKC", text).strip().rpartition("@")
    local = unicodedata.normalize("NFKC", local.casefold())
    if not at:
        return domain.casefold()[:254]
    domain = _ascii_domain(domain.lower().rstrip("."))
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), DOTLESS[domain]
    return f"{local}@{domain}"[:254]


def _ascii_domain(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode().lower()
    except idna.IDNAError:
        return domain
