"""What is typed about a mine site."""

from tests.factories.identity import make_member, make_organisation, make_person, make_programme, make_staff

FINDING = {"step": "M3", "assessed_on": "2026-05-01", "source": "programme_visit", "note": "Cooperative registered."}


def everybody(grant):
    """One person of each kind who must not see the position, with what they are."""
    return {
        "owner": grant.owner,
        "editor": grant.editor,
        "viewer": grant.viewer,
        "finance": grant.finance,
        "auditor": grant.auditor,
        "reviewer": grant.reviewer,
        "officer of another programme": make_staff(make_programme(), "officer", "manager"),
        "applicant": make_member(make_organisation()),
        "newcomer": make_person(),
    }
