"""The vocabulary of relations that a person can hold to a thing; workflows and policies speak no other words."""

OWNER = "owner"  # runs the applicant organisation's side: may submit and withdraw
EDITOR = "editor"  # writes for the applicant organisation
CONTRIBUTOR = "contributor"  # writes the named sections of one proposal, reads all of it
LEAD = "lead"  # the member of the applicant organisation who leads one proposal
VIEWER = "viewer"  # reads for the applicant organisation
SIGNATORY = "signatory"  # signs for the organisation where a call wants a second person
GRANTEE = "grantee"  # owner or editor of the organisation that holds the award
REVIEWER = "reviewer"  # the person a review was assigned to
COMMITTEE_MEMBER = "committee_member"  # votes on funding decisions of the programme
OFFICER = "officer"  # runs screening, reviews and monitoring of the programme
MANAGER = "manager"  # answers for the programme: publishes, ratifies, announces
FINANCE = "finance"  # releases money of the programme
AUDITOR = "auditor"  # reads everything of the programme, changes nothing
SYSTEM = "system"  # the clock and the follow-up of other moves

STAFF = frozenset({OFFICER, MANAGER})
APPLICANTS = frozenset({OWNER, EDITOR, VIEWER, CONTRIBUTOR, SIGNATORY})
PROGRAMME_ROLES = (MANAGER, OFFICER, REVIEWER, COMMITTEE_MEMBER, FINANCE, AUDITOR)
EVERY = frozenset(
    {
        *(OWNER, EDITOR, VIEWER, SIGNATORY, CONTRIBUTOR, LEAD, GRANTEE),
        *(REVIEWER, COMMITTEE_MEMBER, OFFICER, MANAGER, FINANCE, AUDITOR, SYSTEM),
    }
)
