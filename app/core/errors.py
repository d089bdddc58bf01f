"""Errors that services raise and the web layer words: none of them knows HTTP."""

from __future__ import annotations


class DomainError(Exception):
    """Something the person can understand; ``message`` is a translatable text, ``params`` its values."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.params = params


class NotFound(DomainError):
    """The thing does not exist, or this person may not know that it does."""

    def __init__(self) -> None:
        super().__init__("Page not found")


class MoveRefused(DomainError):
    """A workflow refused a move; carries the workflow's own worded refusal."""


class Conflict(DomainError):
    """Somebody else changed the record first; nothing of this request was kept."""

    def __init__(
        self,
        message: str = "Somebody else changed this a moment ago. Look at it again and repeat what "
        "you still want to do.",
        **params: object,
    ) -> None:
        super().__init__(message, **params)


class Invalid(DomainError):
    """Input that a rule refuses; ``field`` names the form field when there is one."""

    def __init__(self, message: str, field: str | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.field = field
