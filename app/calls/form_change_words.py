"""The sentences that tell what differs between two questions, by what differs. Pure."""

from __future__ import annotations

from workflows.machine import N_

OTHER_SETTING = N_("Another setting changed: %(name)s.")
SETTING_WORDS = {  # what is said where the setting is there now, and where it is not
    "standard": (
        N_("Is a standard question now: its answers count together with those to other calls."),
        N_("Is no longer a standard question."),
    ),
    "tolerance": (
        N_("May be longer than its limit by another share now."),
        N_("May no longer be longer than its limit."),
    ),
    "require_if": (
        N_("Must be answered under another condition now."),
        N_("Is no longer required under a condition."),
    ),
    "years": (N_("Covers another number of years now."),) * 2,
    "sources": (N_("Names other sources of money now."),) * 2,
    "free_lines": (
        N_("Takes another number of lines of one's own now."),
        N_("No longer takes lines of one's own."),
    ),
    "max_mb": (N_("Takes files of another greatest size now."), N_("Its files may have the usual size again.")),
    "max_pages": (
        N_("Takes files of another number of pages now."),
        N_("Its files may have any number of pages now."),
    ),
    "hidden_when_blind": (
        N_("The answer is hidden in blind review now."),
        N_("The answer is no longer hidden in blind review."),
    ),
    "personal": (
        N_("The answer counts as personal data now."),
        N_("The answer no longer counts as personal data."),
    ),
}
KIND_NAMES = {
    "short_text": N_("a short text"),
    "long_text": N_("a long text"),
    "integer": N_("a whole number"),
    "decimal": N_("a number"),
    "money": N_("an amount of money"),
    "date": N_("a date"),
    "yes_no": N_("yes or no"),
    "choice": N_("one of several answers"),
    "choices": N_("some of several answers"),
    "country": N_("a country"),
    "countries": N_("countries"),
    "mineral": N_("a mineral"),
    "minerals": N_("minerals"),
    "organisation": N_("an organisation"),
    "email": N_("an e-mail address"),
    "url": N_("a web address"),
    "file": N_("files"),
    "consent": N_("a tick to agree"),
    "table": N_("a table"),
    "partners": N_("a table of partners"),
    "budget": N_("a budget"),
    "group": N_("a repeating group"),
    "logframe": N_("a logical framework"),
    "region": N_("a country and region"),
    "site": N_("a mine site"),
    "point": N_("a point on the map"),
}
OPTION_WORDS = {
    "option": (
        N_("“%(part)s” can be chosen now."),
        N_("“%(part)s” can no longer be chosen. Where it was chosen, it stays until another answer is given."),
        N_("The answer “%(old)s” now reads “%(new)s”."),
    ),
    "line": (
        N_("New line “%(part)s”."),
        N_("The line “%(part)s” is no longer asked. What was filled in is kept and stays readable."),
        N_("The line “%(old)s” now reads “%(new)s”."),
    ),
}
