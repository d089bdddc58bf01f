"""The pages of one grant."""

from app.projects import queries

GRANTEE = ("owner", "editor", "viewer")


PROGRAMME = ("officer", "manager", "finance", "auditor")


def pages(grant):
    """Every page of one grant that only reads."""
    found = [f"/projects/{grant.project.id}"]
    found += [f"/projects/milestones/{m.id}" for m in grant.milestones[:1]]
    found += [f"/projects/payments/{p.id}" for p in grant.payments[:1]]
    return [*found, f"/projects/reports/{queries.reports_of(grant.project.id)[0].id}"]
