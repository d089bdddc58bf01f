"""Act 9: the ranked list, proposals of decisions, votes, ratification by another person."""

from __future__ import annotations

from tests.walkthrough import calendar
from tests.walkthrough.acts.act_08_reviews import SHEETS
from tests.walkthrough.deciding import case, decision, propose, ranking, ratify, vote
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_no_text, expect_text
from tests.walkthrough.writing import REFERENCE, address, euros, reference

RANKED = ("amina", "nadia", "jean", "peter", "issa", "lucia", "sarah", "grace")  # the tie goes to the lower rate
OUTCOMES = {
    "amina": ("awarded", "600000.00"),
    "nadia": ("awarded", "700000.00"),
    "jean": ("awarded", "335000.00"),
    "peter": ("awarded", "340000.01"),
    "lucia": ("awarded", "340000.00"),
    "sarah": ("reserve", ""),
    "issa": ("declined", ""),
    "grace": ("declined", ""),
}
BY_RANK = ("amina", "jean", "peter", "lucia", "grace")
CONFLICTED = "amina"  # the proposal with which one committee member has a conflict
CONDITION = "The second buyer signs before the first payment."
AWARDED, LEFT = "2315000.01", "1484999.99"


def perform(play: Play) -> None:
    """Eight decisions are proposed, voted on and ratified; nobody outside learns anything."""
    with play.report.step("development page", "moves the clock to 20 July 2027"):
        play.set_clock(calendar.DECISIONS)
    _a_member_declares_a_conflict(play)
    _the_ranking(play)
    _proposals(play)
    _too_early(play)
    for key in RANKED:
        if key not in ("issa", "sarah"):
            with play.step("cora", f"and Carl Mbeki vote for the decision on {reference(play, key)}"):
                _two_votes(play, key)
    _a_split_vote(play)
    _revised(play)
    _ratified(play)
    _sent_back(play)
    _the_sums(play)
    _nobody_outside_knows(play)


def _a_member_declares_a_conflict(play: Play) -> None:
    with play.step("cleo", f"declares a conflict of interest with {reference(play, CONFLICTED)}") as browser:
        browser.get(address(play, CONFLICTED))
        browser.submit("Declare a conflict of interest", **{"declare-note": "I advised the lead last year."})
    with play.illegal("cleo", "see or vote on that proposal") as browser:
        browser.get(case(play, CONFLICTED), status=404)
        browser.get(address(play, CONFLICTED), status=404)
        expect_no_text(ranking(play, "cleo").text, reference(play, CONFLICTED))


def _the_ranking(play: Play) -> None:
    with play.step("cora", "reads the ranked list with means, ties, minimums and the budget line", goes_on=True):
        page = ranking(play, "cora")
        shown = REFERENCE.findall(" ".join(th.get_text() for th in page.soup.select("th[scope=row]")))
        wanted = [reference(play, key) for key in RANKED]
        expect(list(dict.fromkeys(shown)), wanted, "the order of the list")
        expect_text(page.main, "90", "80", "73.33", "70", "60", "50", "Fails", "€3,800,000")
    with play.illegal("rita", "read the ranked list as a reviewer") as browser:
        browser.get(play.at("cora").page.path, status=404)


def _proposals(play: Play) -> None:
    with play.illegal("olga", "propose more than was asked for") as browser:
        page = propose(play, "nadia", "olga", decision("awarded", "800000.01"), status=422)
        expect_text(page.main, "not above what was asked")
    with play.step(
        "olga", "proposes an award below what was asked, with a condition; a double click makes one"
    ) as browser:
        browser.get(case(play, "nadia"))
        browser.follow("Propose a decision")
        given = decision("awarded", "700,000.00", conditions=CONDITION, feedback="Convincing safety plan.")
        pages = browser.press_twice("Propose to the committee", given)
        expect([page.status for page in pages], [200, 200], "both clicks")
        expect({page.url for page in pages}, {play.instance.base_url + case(play, "nadia")}, "where both lead")
    with play.step("olga", "proposes to decline two"):
        for key in ("issa", "sarah"):
            propose(play, key, "olga", decision("declined", feedback="Please come back with local partners."))
    with play.step("maud", "previews what follows from the ranking, and proposes it") as browser:
        ranking(play, "maud")
        page = browser.follow("Propose by rank")
        expect_text(page.main, *(reference(play, key) for key in BY_RANK), "Nothing has happened yet")
        browser.submit("Propose all of this")
        expect_text(browser.page.main, "5 decisions are proposed")
    with play.illegal("olga", "propose a second decision on one proposal") as browser:
        browser.forge(case(play, "amina") + "/propose", status=422, **decision("declined"))


def _moves(play: Play, key: str, who: str) -> str:
    """The address of the moves of a decision, as the votes' form of its page tells."""
    form = play.at(who).get(case(play, key)).form("Vote")
    return form.action.removeprefix(play.instance.base_url).removesuffix("/vote")


def _too_early(play: Play) -> None:
    place = play.made["decision amina"] = _moves(play, "amina", "cora")
    with play.illegal("hugo", "ratify before the committee has voted") as browser:
        browser.forge(place + "/moves/ratify", status=409)
    with play.illegal("olga", "vote as an officer") as browser:
        browser.forge(place + "/vote", choice="for", status=404)
    with play.illegal("cleo", "vote in spite of the conflict of interest") as browser:
        browser.forge(place + "/vote", choice="against", status=404)
    with play.illegal("cora", "announce as a committee member") as browser:
        browser.forge(ranking(play, "cora").path + "/announce", status=404)


def _two_votes(play: Play, key: str) -> None:
    expect_text(vote(play, key, "cora", "for").main, "Your vote is recorded")
    expect_text(vote(play, key, "carl", "for").main, "Endorsed")


def _a_split_vote(play: Play) -> None:
    with play.step("cora", "votes for, Carl against: no majority, so it is not endorsed", goes_on=True):
        vote(play, "issa", "cora", "for")
        expect_no_text(vote(play, "issa", "carl", "against").main, "Endorsed")
    with play.step("cleo", "brings the majority"):
        expect_text(vote(play, "issa", "cleo", "for").main, "Endorsed")
    with play.illegal("carl", "vote after the voting is over") as browser:
        expect(browser.get(case(play, "amina")).shows("Vote"), False, "a button to vote")
        browser.forge(play.made["decision amina"] + "/vote", choice="against", status=409)


def _revised(play: Play) -> None:
    with play.step("olga", "revises one decision to the reserve list; the votes begin anew") as browser:
        vote(play, "sarah", "cora", "for")
        browser.get(case(play, "sarah"))
        browser.follow("Revise")
        given = decision("reserve", reason="The committee wants to keep it in reach.")
        expect_text(browser.submit("Revise and vote anew", **given).main, "a new round of votes begins")
        _two_votes(play, "sarah")


def _ratified(play: Play) -> None:
    with play.illegal("maud", "ratify what she proposed herself") as browser:
        expect_text(browser.get(case(play, "amina")).why_not("Ratify"), "another person must ratify")
        browser.forge(play.made["decision amina"] + "/moves/ratify", status=409)
    for key in RANKED:
        with play.step("hugo", f"ratifies the decision on {reference(play, key)}"):
            expect_text(ratify(play, key, "hugo").main, "Ratified")


def _sent_back(play: Play) -> None:
    with play.step("hugo", "sends a ratified decision back; it is voted on and ratified again") as browser:
        browser.get(case(play, "issa"))
        browser.submit(action="/moves/send_back", reason="Please look at the second review once more.")
        _two_votes(play, "issa")
        expect_text(ratify(play, "issa", "hugo").main, "Ratified")


def _the_sums(play: Play) -> None:
    with play.step("maud", f"sees {euros(AWARDED)} ratified and {euros(LEFT)} left of the budget", goes_on=True):
        page = ranking(play, "maud")
        expect_text(page.main, f"Ratified {euros(AWARDED)}", f"Left {euros(LEFT)}", "Without a decision 0")


def _nobody_outside_knows(play: Play) -> None:
    for key in SHEETS:
        with play.step(key, "sees nothing of the decision before it is announced", goes_on=True) as browser:
            page = browser.get(address(play, key))
            expect_text(page.main, "Being assessed")
            expect_no_text(page.text, "Ratif", "Endorse", "Award", "eserve", "ecline", "ommittee", "Hugo")
            browser.get(f"/decisions/results{address(play, key).removeprefix('/proposals')}", status=404)
            expect_no_text(browser.get("/notifications").text, "ecision", "awarded", "eserve")
