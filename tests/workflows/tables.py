"""The expected tables of all workflows: ``move: {source: target}`` and who; every other cell must refuse."""

STAFF = {"officer", "manager"}

EXPECTED = {
    "call": {
        "publish": ({"draft": "published"}, {"manager"}),
        "open": ({"published": "open"}, {"system"}),
        "close": ({"open": "closed"}, {"system"}),
        "extend": ({"published": "published", "open": "open", "closed": "open"}, {"manager"}),
        "assess": ({"closed": "assessing"}, STAFF),
        "decide": ({"assessing": "decided"}, {"manager"}),
        "archive": ({"decided": "archived", "cancelled": "archived"}, {"manager"}),
        "cancel": (dict.fromkeys(("draft", "published", "open", "closed", "assessing"), "cancelled"), {"manager"}),
    },
    "stage_submission": {
        "request_sign_off": (
            {"draft": "awaiting_sign_off", "submitted": "submitted", "returned": "returned"},
            {"owner", "editor"},
        ),
        "sign": ({"submitted": "submitted", "returned": "screening"}, {"signatory"}),
        "submit": ({"draft": "submitted", "awaiting_sign_off": "submitted"}, {"owner", "signatory"}),
        "take_back": ({"awaiting_sign_off": "draft"}, {"owner", "editor", "signatory"}),
        "resubmit": ({"submitted": "submitted"}, {"owner"}),
        "screen": ({"submitted": "screening"}, STAFF),
        "accept": ({"screening": "accepted"}, STAFF),
        "return": ({"screening": "returned", "returned": "returned"}, STAFF),
        "resume": ({"returned": "screening"}, STAFF),
        "correct": ({"returned": "screening"}, {"owner"}),
        "find_ineligible": ({"screening": "ineligible"}, STAFF),
        "advise": ({"accepted": "advised"}, STAFF),
        "withdraw": (
            dict.fromkeys(
                ("draft", "awaiting_sign_off", "submitted", "screening", "returned", "accepted", "advised"), "withdrawn"
            ),
            {"owner", "system"},
        ),
        "revive": ({"withdrawn": "draft"}, {"owner", "system"}),
    },
    "proposal": {
        "assess": ({"applying": "assessing"}, STAFF | {"system"}),
        "exclude": ({"applying": "declined", "assessing": "declined"}, STAFF | {"system"}),
        "table": ({"assessing": "deciding"}, STAFF),
        "award": ({"deciding": "awarded", "reserve": "awarded"}, {"system"}),
        "reserve": ({"deciding": "reserve"}, {"system"}),
        "decline": ({"deciding": "declined", "reserve": "declined"}, {"system"}),
        "withdraw": (dict.fromkeys(("applying", "assessing", "deciding", "reserve"), "withdrawn"), {"owner"}),
        "revive": ({"withdrawn": "applying"}, {"owner"}),
    },
    "review": {
        "accept": ({"invited": "accepted"}, {"reviewer"}),
        "decline": ({"invited": "declined"}, {"reviewer"}),
        "declare_conflict": (
            dict.fromkeys(("invited", "accepted", "draft", "submitted", "reopened"), "conflicted"),
            {"reviewer"},
        ),
        "find_conflict": (
            dict.fromkeys(("invited", "accepted", "draft", "submitted", "reopened", "final"), "conflicted"),
            STAFF | {"system"},
        ),
        "start": ({"accepted": "draft"}, {"reviewer"}),
        "submit": ({"draft": "submitted", "reopened": "submitted"}, {"reviewer"}),
        "revise": ({"submitted": "reopened"}, {"reviewer"}),
        "let_stand": ({"reopened": "submitted"}, {"reviewer", "system"}),
        "reopen": ({"submitted": "reopened"}, STAFF),
        "finalise": ({"submitted": "final"}, STAFF | {"system"}),
        "recuse": (
            dict.fromkeys(("invited", "accepted", "draft", "submitted", "reopened", "final"), "recused"),
            STAFF | {"reviewer"},
        ),
    },
    "review_round": {
        "recruit": ({"scoring": "recruiting"}, STAFF),
        "start_scoring": ({"recruiting": "scoring"}, STAFF | {"system"}),
        "open_reading": ({"scoring": "reading"}, STAFF | {"system"}),
        "open_discussion": ({"reading": "discussing"}, STAFF | {"system"}),
        "close": ({"reading": "closed", "discussing": "closed"}, STAFF | {"system"}),
        "go_back": (dict.fromkeys(("reading", "discussing", "closed"), "scoring"), {"manager"}),
    },
    "unblinding": {
        "grant": ({"requested": "granted"}, {"manager"}),
        "refuse": ({"requested": "refused"}, {"manager"}),
        "take_back": ({"granted": "taken_back"}, STAFF),
    },
    "decision": {
        "endorse": ({"proposed": "endorsed"}, {"committee_member", "system"}),
        "ratify": ({"endorsed": "ratified"}, {"manager"}),
        "announce": ({"ratified": "announced"}, {"manager"}),
        "revise": ({"proposed": "proposed", "endorsed": "proposed"}, STAFF),
        "send_back": ({"endorsed": "proposed", "ratified": "proposed"}, {"manager", "committee_member"}),
    },
    "agreement": {
        "send": ({"drafted": "sent"}, STAFF),
        "take_back": ({"sent": "drafted", "signed": "drafted"}, STAFF),
        "sign": ({"sent": "signed"}, {"owner"}),
        "countersign": ({"signed": "active"}, {"manager"}),
        "complete": ({"active": "completed"}, {"manager"}),
        "terminate": (dict.fromkeys(("drafted", "sent", "signed", "active"), "terminated"), {"manager"}),
    },
    "milestone": {
        "report": ({"planned": "reported", "returned": "reported"}, {"grantee"}),
        "start_verification": ({"reported": "under_verification"}, STAFF),
        "return": ({"under_verification": "returned"}, STAFF),
        "verify": ({"under_verification": "verified"}, STAFF),
        "waive": ({"planned": "waived", "returned": "waived"}, {"manager"}),
    },
    "payment": {
        "make_claimable": ({"scheduled": "claimable"}, {"system"}),
        "request": ({"claimable": "requested"}, {"grantee"}),
        "approve": ({"requested": "approved"}, STAFF),
        "send_back": ({"requested": "claimable", "approved": "claimable"}, STAFF | {"finance"}),
        "release": ({"approved": "released"}, {"finance"}),
        "confirm": ({"released": "paid"}, {"finance"}),
        "hold": ({s: s for s in ("scheduled", "claimable", "requested", "approved")}, STAFF | {"finance"}),
        "lift_hold": ({s: s for s in ("scheduled", "claimable", "requested", "approved")}, {"manager", "finance"}),
        "cancel": (dict.fromkeys(("scheduled", "claimable", "requested", "approved"), "cancelled"), {"system"}),
    },
    "report": {
        "submit": ({"expected": "submitted", "returned": "submitted"}, {"grantee"}),
        "return": ({"submitted": "returned"}, STAFF),
        "accept": ({"submitted": "accepted"}, STAFF),
    },
}
