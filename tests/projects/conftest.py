"""Fixtures of the tests of projects."""

from __future__ import annotations

import pytest

from app.projects import services
from tests.factories.identity import actor_of
from tests.factories.mines import make_site
from tests.factories.projects import (
    make_project,
)


@pytest.fixture
def grant(app):
    return make_project("active")


@pytest.fixture
def site(grant):
    found = make_site()
    services.link_site(project=grant.project, site=found, actor=actor_of(grant.officer))
    return found
