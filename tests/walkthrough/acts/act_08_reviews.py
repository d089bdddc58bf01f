"""Act 8: reviewers are invited; one declines, one declares a conflict; scores, a reopened sheet, a third opinion."""

from __future__ import annotations

from tests.walkthrough import calendar
from tests.walkthrough.assigning import apply_too_late, find_a_plan, invite_by_table
from tests.walkthrough.disputes import a_divergence, a_late_conflict
from tests.walkthrough.offline_sheet import bring_a_sheet_back
from tests.walkthrough.people import PROGRAMME_STAFF
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_no_text, expect_text
from tests.walkthrough.reviewing import accept, hand_in, invite, open_review, oversight, reassign, sheet, table
from tests.walkthrough.talking import a_discussion
from tests.walkthrough.writing import address, reference

# Who scores what, and how. Totals are the score times 20; those of peter's proposal are 40 points apart.
SHEETS = {
    "amina": {"rita": 5, "remy": 4},
    "jean": {"rita": 4, "rosa": 4},
    "peter": {"remy": 3, "rosa": 5},
    "lucia": {"rita": 4, "ravi": 3},
    "issa": {"remy": 3, "ravi": 4},
    "nadia": {"ravi": 4},
    "grace": {"rita": 2, "remy": 3},
    "sarah": {"rosa": 3},
}
DECLINED = ("nadia", "rosa")
CONFLICTED = ("sarah", "ravi")
SLOW = ("grace", "remy")
REPLACED = {"nadia": "rita", "sarah": "remy"}
REPLACEMENT_SCORES = {"nadia": 4, "sarah": 3}
DUE_WORDS = "16 July 2027, 23:59 Europe/Amsterdam"
ASKED_FIRST = {("sarah", "rosa"): "rita"}  # who is asked before her, and does not answer
SECRET = "My sister works for the partner of the lead."


def perform(play: Play) -> None:
    """Sixteen reviews come in; every proposal is tabled."""
    find_a_plan(play, len(SHEETS))
    invited = [(key, who) for key, sheets in SHEETS.items() for who in sheets] + [DECLINED]
    for key, who in invited:
        with play.step("olga", f"invites {play.person(who).name} to review {reference(play, key)}"):
            invite(play, key, ASKED_FIRST.get((key, who), who))
    for (key, who), first in ASKED_FIRST.items():
        with play.step(
            "olga", f"sees what will happen, and gives {reference(play, key)} to {play.person(who).name} instead"
        ):
            play.read_mail("review.asked", first, about=key)  # an invitation taken back at once would not be mailed
            reassign(play, key, first, who)
    apply_too_late(play)
    invite_by_table(play, *CONFLICTED)
    _before_accepting(play)
    _one_declines(play)
    _one_declares_a_conflict(play)
    for key, who in [*[(k, w) for k, sheets in SHEETS.items() for w in sheets], *REPLACED.items()]:
        with play.step(who, f"accepts to review {reference(play, key)} without a conflict of interest"):
            accept(play, key, who)
    _on_the_sheet(play)
    bring_a_sheet_back(play, "jean", "rita", "rosa")
    for key, sheets in SHEETS.items():
        for who, score in {**sheets, **({REPLACED[key]: REPLACEMENT_SCORES[key]} if key in REPLACED else {})}.items():
            if (key, who) not in (SLOW, ("jean", "rita")):
                with play.step(who, f"scores {reference(play, key)}: {score} for every criterion"):
                    expect_text(hand_in(play, key, who, score).main, "Your review is submitted")
    _one_is_reopened(play)
    _one_is_reminded(play)
    _a_third_opinion(play)
    a_divergence(play, "lucia", SHEETS["lucia"])
    a_late_conflict(play, "amina", "rosa")
    a_discussion(play, "grace", "rita", "remy", SHEETS["grace"]["rita"])
    _nobody_looks_in(play)
    for key in SHEETS:
        with play.step("olga", f"tables {reference(play, key)}; its reviews are final"):
            expect_text(table(play, key).main, "is tabled for decision")
    _after_tabling(play)


def _before_accepting(play: Play) -> None:
    with play.step(
        "rita", "sees applicant and partners to judge a conflict, not yet the proposal", goes_on=True
    ) as browser:
        page = open_review(play, "amina", "rita").page
        expect_text(page.main, "Coopérative Umoja ya Wachimbaji", "Partner 1 of")
        browser.get(sheet(play, "amina", "rita"), status=404)
    with play.illegal("rita", "accept without declaring that there is no conflict") as browser:
        open_review(play, "amina", "rita")
        browser.submit("Accept the invitation", status=422)
    with play.illegal("olga", "invite the same reviewer twice") as browser:
        page = browser.get(oversight(play, "amina"))
        names = [o.get_text(strip=True) for o in page.soup.select("select[name=reviewer] option")]
        expect("Rita Navarro" in names, False, "an invited reviewer among those to choose")
    with play.illegal("olga", "table a proposal before its reviews are in") as browser:
        expect_text(browser.page.why_not("Table for decision"), "0 of 2 reviews are in")
        browser.forge(f"{oversight(play, 'amina')}/table", status=409)
    with play.illegal("rosa", "open a review that was given to another reviewer") as browser:
        browser.get(play.made["review amina rita"], status=404)


def _one_declines(play: Play) -> None:
    key, who = DECLINED
    with play.step(who, f"declines to review {reference(play, key)} by the link of the mail, with a reason") as browser:
        link = play.read_mail("review.asked", who, about=key).link("/reviews/invitations/")
        browser.get(link)
        browser.submit(action="/decline", reason="I am in the field until August.")
        browser.get(link, status=410)
        play.expect_mail("review.declined", *PROGRAMME_STAFF, about=key, reviewer=play.person(who).name)
    with play.step("olga", "invites another reviewer instead"):
        invite(play, key, REPLACED[key])


def _one_declares_a_conflict(play: Play) -> None:
    key, who = CONFLICTED
    with play.step(who, f"declares a conflict of interest with {reference(play, key)}") as browser:
        path = open_review(play, key, who).page.path
        browser.submit(action="/moves/declare_conflict", reason=SECRET)
        play.expect_mail("review.conflicted", *PROGRAMME_STAFF, about=key, reviewer=play.person(who).name)
    with play.illegal(who, "see anything of that proposal from now on") as browser:
        browser.get(path, status=404)
        browser.get(path + "/sheet", status=404)
        browser.get(address(play, key), status=404)
    with play.step("otto", "invites another reviewer instead; the one in conflict is not to choose"):
        invite(play, key, REPLACED[key], "otto")


def _on_the_sheet(play: Play) -> None:
    with play.step(
        "rita", "reads on the left what the applicant checked, without the contact's name", goes_on=True
    ) as browser:
        page = browser.get(sheet(play, "jean", "rita"))
        expect_text(page.main, "Two buyers from the start", "In the second year two trainers work full time")
        expect_no_text(page.text, play.email("jean"), play.person("jean").name)
        expect(browser.get(page.link("annex-1.pdf", inside="#pane-left")).content[:5], b"%PDF-", "the annex")
    with play.illegal("rita", "submit an empty sheet") as browser:
        browser.get(sheet(play, "jean", "rita"))
        expect_text(browser.submit("Submit scores", status=422).main, "Score every criterion")
    with play.step("rita", "saves half a sheet and finds it again", goes_on=True) as browser:
        browser.get(sheet(play, "jean", "rita"))
        browser.submit("Save", **{"score-A1": 2, "comment-A": "Half a thought."})
        values = browser.get(sheet(play, "jean", "rita")).form("Submit scores").values()
        expect((values["score-A1"], values["comment-A"]), (["2"], ["Half a thought."]), "what was saved")
    with play.illegal("rita", "submit scores of 1, 2 or 5 without a reason") as browser:
        browser.submit("Submit scores", **{f"score-{c}": 5 for c in ("A1", "A2")}, status=422)
        expect_text(browser.page.main, "Score every criterion")


def _one_is_reopened(play: Play) -> None:
    with play.step("rita", f"submits {reference(play, 'jean')} with a 1 where the officer wonders"):
        hand_in(play, "jean", "rita", 4, D2=1)
    with play.step("olga", "reopens it with a reason") as browser:
        browser.get(oversight(play, "jean"))
        browser.follow("Rita Navarro")
        browser.submit(action="/moves/reopen", reason="Is D2 really a 1? The partner pays a third.")
        play.expect_mail("review.reopened", "rita", about="jean")
    with play.illegal("olga", "make a reopened review final") as browser:
        browser.forge(f"{play.made['review jean rita']}/moves/finalise", status=409)
    with play.step("rita", "corrects the score and submits anew") as browser:
        link = play.read_mail("review.reopened", "rita", about="jean").link("/reviews/")
        browser.get(link)
        expect_text(browser.follow("Open the proposal and the score sheet").main, "Score sheet")
        hand_in(play, "jean", "rita", 4)


def _one_is_reminded(play: Play) -> None:
    key, who = SLOW
    with play.report.step("development page", "moves the clock to six days before the reviews are due"):
        play.set_clock(calendar.REVIEWS_NEARLY_DUE)
        play.expect_mail("review.reminder", who, when=DUE_WORDS)
    _staff_look_for_it(play)
    with play.step(who, "is reminded once, of the one review that is not in; follows the link and submits") as browser:
        mail = play.read_mail("review.reminder", who, when=DUE_WORDS)
        browser.get(mail.link("/reviews/"))
        hand_in(play, key, who, SHEETS[key][who])


def _staff_look_for_it(play: Play) -> None:
    key, who = SLOW
    with play.step("olga", "finds the proposals with open reviews, and keeps the search") as browser:
        browser.get("/search")
        page = browser.submit("Search", q="open>0 due:7d")
        expect_text(page.main, reference(play, key), "1 proposal")
        browser.submit("Keep it", name="Due soon", shared="y")
        expect_text(browser.get("/search").main, "Due soon")
    with play.step("olga", "reads the mail to the slow reviewer, and sends it") as browser:
        browser.get(browser.get(oversight(play, key)).link("Reviews: "))
        browser.follow("Ask after open reviews")
        browser.submit("Show", who="open")
        expect_text(browser.page.main, play.person(who).name, reference(play, key))
        browser.submit("Send the mails")
        play.expect_mail("review.nudged", who)
        play.read_mail("review.nudged", who)  # once the review is in, nobody would be asked after it


def _a_third_opinion(play: Play) -> None:
    with play.step("olga", "sees that two totals are 40 points apart, and invites a third reviewer") as browser:
        expect_text(browser.get(oversight(play, "peter")).main, "more than 15 points apart")
        invite(play, "peter", "ravi")
    with play.step("ravi", "gives the third opinion"):
        accept(play, "peter", "ravi")
        hand_in(play, "peter", "ravi", 3)


def _nobody_looks_in(play: Play) -> None:
    path = play.made["review amina rita"]
    with play.illegal("amina", "read a review of her proposal") as browser:
        for page in (path, path + "/sheet", path + "/oversight", oversight(play, "amina")):
            browser.get(page, status=404)
    with play.illegal("remy", "read another reviewer's scores of the same proposal") as browser:
        browser.get(path + "/oversight", status=404)
        browser.get(path + "/sheet", status=404)
    with play.illegal("cora", "read reviews before the proposal is tabled") as browser:
        browser.get(oversight(play, "amina"), status=404)
        expect_no_text(browser.get(address(play, "amina"), status=(200, 404)).text, "Rita Navarro")
    with play.illegal("rita", "change a submitted sheet") as browser:
        browser.forge(f"{path}/sheet", **{"score-A1": 1, "version": 99}, status=(404, 409))


def _after_tabling(play: Play) -> None:
    with play.illegal("rita", "submit or reopen once the reviews are final") as browser:
        browser.forge(f"{play.made['review amina rita']}/sheet/submit", **{"score-A1": 1}, status=(404, 409))
    with play.illegal("olga", "reopen a final review") as browser:
        browser.forge(f"{play.made['review amina rita']}/moves/reopen", reason="Too late", status=409)
    with play.step("amina", "still sees nothing but “being assessed”", goes_on=True) as browser:
        page = browser.get(address(play, "amina"))
        expect_text(page.main, "Being assessed")
        expect_no_text(page.text, "Rita", "Rémy", "Tabled", "points")
