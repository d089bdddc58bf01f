"""A photo of a mine tells nobody where the mine lies, whichever way it is fetched; the stored file stays whole."""

import io
from datetime import date

import pytest

from app.core import files
from app.projects import queries, services
from tests.core.test_images import CANARY, PICTURE, photo
from tests.factories.identity import actor_of
from tests.factories.mines import make_site
from tests.factories.projects import make_project
from tests.projects.sites import FINDING


@pytest.fixture
def sent(app):
    """Where a photo was attached: evidence of a milestone, and of a finding about a site."""
    grant = make_project("active")
    evidence = services.add_evidence(
        milestone=grant.milestones[0], stream=io.BytesIO(photo(6)), name="pit.jpg", actor=actor_of(grant.editor)
    )
    services.save_account(milestone=grant.milestones[0], account="Timbered.", actor=actor_of(grant.editor))
    services.report_milestone(milestone=grant.milestones[0], actor=actor_of(grant.editor))
    site = make_site()
    services.link_site(project=grant.project, site=site, actor=actor_of(grant.officer))
    found = services.assess_site(
        at_work=queries.site_at_work(site.id),
        **{**FINDING, "assessed_on": date(2026, 5, 1)},
        actor=actor_of(grant.officer),
        evidence=(io.BytesIO(photo(6)), "pit.jpg"),
    )
    return grant, evidence, found


@pytest.mark.parametrize("who", ["editor", "officer", "auditor"])
def test_photos_are_handed_out_without_their_place(client, sign_in, sent, who):
    grant, evidence, found = sent
    sign_in(client, getattr(grant, who))
    for path in (f"/projects/evidence/{evidence.id}", f"/projects/assessments/{found.id}/evidence"):
        with client.get(path) as answer:
            assert answer.status_code == 200 and answer.mimetype == "image/jpeg"
            assert CANARY not in answer.data and answer.data.endswith(b"".join(PICTURE))
            assert answer.headers["Content-Disposition"].startswith("attachment")
    assert files.path_of(evidence.file).read_bytes() == photo(6)
