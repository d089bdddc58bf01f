"""What reviewers and staff type about reviewers: the profile, the table of a call, availability and bids."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from babel import Locale
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.calls.present import country_options, mineral_options
from app.identity.models import PILLARS, Organisation
from app.identity.present import PILLAR_LABELS
from app.reviews import vocabulary
from app.reviews.models import ReviewerProfile
from app.reviews.services.bidding import Wish
from app.reviews.services.pool import MOST_REVIEWS, Place, ProfileFacts
from app.web.forms import AssayForm, stripped

Fields = Mapping[str, Sequence[str]]
A_NUMBER = NumberRange(0, MOST_REVIEWS, _l("Write a number from 0 to 200."))
LISTS = ("minerals", "countries", "languages")
LONGEST_NOTE = 2000


def language_name(code: str) -> str:
    """A language in the reader's own."""
    name = str(Locale.parse(str(get_locale() or "en")).languages.get(code, code))
    return name[:1].upper() + name[1:]


def lines_of(text: str | None) -> tuple[str, ...]:
    """The lines of a text that say something."""
    return tuple(line for line in (" ".join(raw.split()) for raw in (text or "").splitlines()) if line)


def _many(label: Any, description: Any = "") -> SelectMultipleField:
    return SelectMultipleField(
        label, description=description, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class ProfileForm(AssayForm):
    """What a reviewer knows and can take on."""

    languages = _many(_l("Languages you read well enough to judge a proposal"))
    minerals = _many(_l("Minerals"))
    countries = _many(_l("Countries"), _l("Where you have worked or that you know well."))
    topics = TextAreaField(
        _l("Topics"),
        filters=[stripped],
        validators=[Length(max=7000)],
        description=_l(
            "One on each line, in your own words: mercury-free gold processing, women in mining, due diligence."
        ),
        render_kw={"rows": 5},
    )
    methods = TextAreaField(
        _l("Methods"),
        filters=[stripped],
        validators=[Length(max=7000)],
        description=_l("One on each line: audits, impact evaluation, budgets, field research."),
        render_kw={"rows": 3},
    )
    about = TextAreaField(
        _l("About your work"), filters=[stripped], validators=[Length(max=4000)], render_kw={"rows": 5}
    )
    organisation = SelectField(_l("Your organisation in Assay"))
    employer = StringField(
        _l("Employer or organisation"),
        filters=[stripped],
        validators=[Length(max=200)],
        description=_l("Nobody reviews a proposal of their own employer."),
    )
    pillar = RadioField(_l("It speaks for"))
    capacity = IntegerField(
        _l("Reviews you can do in one call"), validators=[InputRequired(_l("Write a number.")), A_NUMBER]
    )
    away_from = DateField(_l("Away from"), validators=[Optional()])
    away_until = DateField(
        _l("Away until"), validators=[Optional()], description=_l("The last day on which you have no time.")
    )

    def __init__(self, *args: Any, organisations: Iterable[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages.choices = [(code, language_name(code)) for code in vocabulary.LANGUAGES]
        self.minerals.choices = list(mineral_options())
        self.countries.choices = list(country_options())
        self.organisation.choices = [("", gettext("None")), *((str(one.id), one.name) for one in organisations)]
        self.pillar.choices = [("", gettext("Not said")), *((p, gettext(PILLAR_LABELS[p])) for p in PILLARS)]

    @classmethod
    def of(cls, profile: ReviewerProfile | None, organisations: Iterable[Organisation]) -> ProfileForm:
        """The form as it stands in the database."""
        if profile is None:
            return cls(formdata=None, data={"capacity": 5, "pillar": "", "version": 0}, organisations=organisations)
        values = {name: getattr(profile, name) for name in (*LISTS, "about", "employer", "pillar", "capacity")}
        dates = {"away_from": profile.away_from, "away_until": profile.away_until, "version": profile.version}
        texts = {name: "\n".join(getattr(profile, name)) for name in ("topics", "methods")}
        organisation = str(profile.organisation_id or "")
        return cls(
            formdata=None, data={**values, **dates, **texts, "organisation": organisation}, organisations=organisations
        )

    def facts(self) -> ProfileFacts:
        """The profile as the service wants it."""
        return ProfileFacts(
            organisation_id=uuid.UUID(self.organisation.data) if self.organisation.data else None,
            employer=self.employer.data or "",
            pillar=self.pillar.data or "",
            minerals=tuple(self.minerals.data or ()),
            countries=tuple(self.countries.data or ()),
            topics=lines_of(self.topics.data),
            languages=tuple(self.languages.data or ()),
            methods=lines_of(self.methods.data),
            about=self.about.data or "",
            capacity=self.capacity.data,
            away_from=self.away_from.data,
            away_until=self.away_until.data,
        )


class AvailabilityForm(AssayForm):
    """Whether and how much a reviewer can do in one call."""

    available = BooleanField(_l("I have time to review in this call"))
    capacity = IntegerField(_l("At most so many reviews"), validators=[InputRequired(_l("Write a number.")), A_NUMBER])


def read_places(fields: Fields, person_ids: Iterable[uuid.UUID]) -> tuple[dict[uuid.UUID, Place], dict[str, str]]:
    """Person id → what the posted table says of them, and field → problem. Rows that were not posted are left out."""
    places, problems = {}, {}
    for ident in person_ids:
        if f"capacity-{ident}" not in fields:
            continue
        numbers = {}
        for name in ("capacity", "minimum"):
            raw = stripped(_last(fields, f"{name}-{ident}")) or "0"
            if raw.isascii() and raw.isdigit() and len(raw) < 4 and int(raw) <= MOST_REVIEWS:
                numbers[name] = int(raw)
            else:
                problems[f"{name}-{ident}"] = gettext("Write a number from 0 to %(most)s.", most=MOST_REVIEWS)
        if len(numbers) == 2 and numbers["minimum"] > numbers["capacity"]:
            problems[f"minimum-{ident}"] = gettext("The minimum is more than the most.")
        elif len(numbers) == 2:
            available, standby = f"available-{ident}" in fields, f"standby-{ident}" in fields
            places[ident] = Place(numbers["capacity"], numbers["minimum"], available, standby)
    return places, problems


def read_wishes(fields: Fields) -> dict[uuid.UUID, Wish]:
    """Proposal id → what was said of it: fields ``bid-ID`` and ``note-ID``; what is not an id is passed over."""
    found = {}
    for name in fields:
        if not name.startswith("bid-") or not _last(fields, name):
            continue
        try:
            ident = uuid.UUID(name.removeprefix("bid-"))
        except ValueError:
            continue
        found[ident] = Wish(_last(fields, name), stripped(_last(fields, f"note-{ident}"))[:LONGEST_NOTE])
    return found


def _last(fields: Fields, name: str) -> str:
    values = fields.get(name) or ("",)
    return values[-1]
