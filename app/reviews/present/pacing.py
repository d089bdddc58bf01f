"""The forecast of a round of reviews and the fairness of its loads, in words with what they rest on."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext

from app.reviews import pace
from app.web.filters import day

EVEN, FAIRLY_EVEN = 90, 75


def forecast_words(forecast: pace.Forecast, short: int, zone: str) -> tuple[str, ...]:
    """Sentences; ``short``: how many proposals have too few reviewers, which no forecast counts."""
    found = [_expected(forecast, zone)]
    if forecast.open:
        found += [_due(forecast, zone), _pace(forecast)]
        if forecast.delay_days is not None:
            found.append(_delay(forecast.delay_days))
    if forecast.unanswered:
        found.append(
            ngettext(
                "%(num)s invitation without an answer is counted as if it were accepted.",
                "%(num)s invitations without an answer are counted as if they were accepted.",
                forecast.unanswered,
            )
        )
    if short:
        found.append(
            ngettext(
                "%(num)s proposal still lacks reviewers; their reviews are not counted.",
                "%(num)s proposals still lack reviewers; their reviews are not counted.",
                short,
            )
        )
    return tuple(found)


def _expected(forecast: pace.Forecast, zone: str) -> str:
    if forecast.expected is None:
        return gettext("No review is open.")
    return gettext("The last review is expected about %(day)s.", day=day(forecast.expected.astimezone(ZoneInfo(zone))))


def _due(forecast: pace.Forecast, zone: str) -> str:
    assert forecast.last_due is not None
    return ngettext(
        "%(num)s review is open; it is due on %(day)s.",
        "%(num)s reviews are open; the last of them is due on %(day)s.",
        forecast.open,
        day=day(forecast.last_due.astimezone(ZoneInfo(zone))),
    )


def _pace(forecast: pace.Forecast) -> str:
    if forecast.pace_days is None:
        return gettext("Too few sheets came in the last %(days)s days to tell a pace.", days=pace.PACE_DAYS)
    return ngettext(
        "In the last %(window)s days %(recent)s sheets came in; at this pace the open ones take about %(num)s day.",
        "In the last %(window)s days %(recent)s sheets came in; at this pace the open ones take about %(num)s days.",
        forecast.pace_days,
        window=pace.PACE_DAYS,
        recent=forecast.recent,
    )


def _delay(days: int) -> str:
    if days <= 0:
        return gettext("Half of the sheets so far came on their due date or before.")
    return ngettext(
        "Half of the sheets so far came %(num)s day late or later.",
        "Half of the sheets so far came %(num)s days late or later.",
        days,
    )


def fairness_words(fairness: pace.Fairness | None) -> str:
    """One sentence on how even the work lies, with the figures behind it."""
    if fairness is None:
        return gettext("Nobody has said yet how many reviews they can take on, so fairness cannot be told.")
    values = {
        "count": fairness.reviewers,
        "least": fairness.least,
        "middle": fairness.middle,
        "most": fairness.most,
        "over": fairness.over,
        "even": fairness.evenness,
    }
    numbers = gettext(
        "Reviewers: %(count)s. Of what they can take on, they have between %(least)s %% and %(most)s %% (half of them "
        "%(middle)s %% or less). With more than they said: %(over)s. Evenness: %(even)s of 100.",
        **values,
    )
    return f"{_word(fairness)} {numbers}"


def _word(fairness: pace.Fairness) -> str:
    if fairness.evenness >= EVEN:
        return gettext("The work lies evenly.")
    return (
        gettext("The work lies fairly evenly.")
        if fairness.evenness >= FAIRLY_EVEN
        else gettext("The work lies unevenly.")
    )
