"""The words of the form builder: what each kind of question is, and what each setting means."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from workflows.machine import N_

KINDS: Mapping[str, tuple[str, str]] = {
    "short_text": (N_("Short text"), N_("One line, such as a title or a name.")),
    "long_text": (N_("Long text"), N_("Several lines, with a limit in words or characters.")),
    "integer": (N_("Whole number"), N_("A count: miners, sites, months.")),
    "decimal": (N_("Number with decimals"), N_("A measurement, such as tonnes or hectares.")),
    "money": (N_("Amount of money"), N_("An amount in one currency.")),
    "date": (N_("Date"), N_("A day.")),
    "yes_no": (N_("Yes or no"), N_("Two answers. Other questions can depend on it.")),
    "choice": (N_("One of several answers"), N_("The applicant picks one answer from your list.")),
    "choices": (N_("Several answers"), N_("The applicant ticks one or more answers from your list.")),
    "country": (N_("One country"), N_("A country from the list of all countries.")),
    "countries": (N_("Several countries"), N_("Countries from the list of all countries.")),
    "region": (N_("Country and region"), N_("A country, then a region or province inside it.")),
    "mineral": (N_("One mineral"), N_("A mineral from the list that all calls share.")),
    "minerals": (N_("Several minerals"), N_("Minerals from the list that all calls share.")),
    "organisation": (N_("Organisation"), N_("The name of an organisation.")),
    "site": (N_("Mine site"), N_("A site of the register, or a new one that the applicant proposes.")),
    "point": (N_("Point on the map"), N_("A position. It is stored encrypted.")),
    "email": (N_("E-mail address"), N_("An address, checked for its form.")),
    "url": (N_("Web address"), N_("A link that begins with https://.")),
    "file": (N_("File"), N_("One or more uploaded files of the types you allow.")),
    "consent": (N_("Consent"), N_("A statement that the applicant ticks to agree to.")),
    "table": (N_("Table"), N_("Rows with the columns you name; the applicant adds rows.")),
    "partners": (N_("Table of partners"), N_("A table that the rules on partners look at.")),
    "group": (N_("Repeating group"), N_("Several questions together, answered once for each site, result or partner.")),
    "budget": (N_("Budget"), N_("Your lines, with amounts by year and source; all sums are worked out.")),
    "logframe": (
        N_("Logical framework"),
        N_("Outcomes and outputs with indicator, baseline, target and verification."),
    ),
}
KEYS: Mapping[str, tuple[str, str]] = {
    "label": (N_("Question"), N_("What the applicant reads. Without it in every language the form cannot be used.")),
    "help": (N_("Help below the question"), N_("Say what a good answer holds. Leave empty for none.")),
    "options": (N_("Answers to choose from"), N_("Each keeps its code when you change its text.")),
    "lines": (N_("Lines of the budget"), N_("Each keeps its code when you change its text.")),
    "sources": (N_("Sources of money"), N_("Such as the grant and the own contribution. Leave empty for one column.")),
    "years": (N_("Years"), N_("One column of amounts for each year. Leave empty for none.")),
    "free_lines": (N_("Lines the applicant may add"), ""),
    "columns": (N_("Columns"), ""),
    "min_rows": (N_("Fewest rows"), ""),
    "max_rows": (N_("Most rows"), ""),
    "required": (N_("It must be answered"), ""),
    "require_if": (N_("It must be answered only if"), N_("Counts before the box above.")),
    "show_if": (N_("It is asked only if"), N_("A question that is not asked has no answer.")),
    "limit": (N_("Longest answer"), N_("Leave empty for 300 characters on one line and 20,000 on several.")),
    "limit_unit": (N_("Counted in"), ""),
    "tolerance": (
        N_("Percent above the limit that is still accepted"),
        N_("The applicant is warned, and nothing is cut off."),
    ),
    "least": (N_("Least possible"), ""),
    "most": (N_("Most possible"), ""),
    "currency": (N_("Currency"), N_("Three capital letters, like EUR. Leave empty for the currency of the call.")),
    "file_types": (N_("Types of files"), N_("None ticked: every type that is safe to keep.")),
    "max_files": (N_("Most files"), N_("Leave empty for one.")),
    "max_mb": (N_("Most megabytes of one file"), ""),
    "max_pages": (N_("Most pages of one file"), N_("Counted in PDF files.")),
    "visible_to": (N_("Who reads the answer, beside the applicant"), N_("None ticked: staff and reviewers.")),
    "hidden_when_blind": (
        N_("Hide the answer from reviewers when the review is blind"),
        N_("Partners, organisations, e-mail addresses, links and personal data are hidden then in any case."),
    ),
    "personal": (
        N_("The answer holds personal data"),
        "",
    ),
}
VALUES: Mapping[str, str] = {
    "characters": N_("characters"),
    "words": N_("words"),
    "programme": N_("Staff of the programme"),
    "reviewer": N_("Reviewers"),
    "applicant": N_("Only the applicant"),
    "public": N_("Everybody, once the project is funded"),
}
WAYS: Mapping[str, str] = {"is": N_("is"), "in": N_("is one of"), "above": N_("is more than")}


def kind_label(kind: str) -> str:
    """The name of a kind; a kind that nobody knows by its code."""
    return gettext(KINDS[kind][0]) if kind in KINDS else kind


def kind_help(kind: str) -> str:
    """What a kind of question is for."""
    return gettext(KINDS[kind][1]) if kind in KINDS else ""


def key_label(key: str) -> str:
    """The name of a setting."""
    return gettext(KEYS[key][0])


def key_help(key: str) -> str:
    """What a setting means."""
    return gettext(KEYS[key][1]) if KEYS[key][1] else ""


def value_label(value: str) -> str:
    """The name of one of a setting's values."""
    return gettext(VALUES[value]) if value in VALUES else value
