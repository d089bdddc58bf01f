"""The test suite: run by ``./run test`` on SQLite and on PostgreSQL."""

from hypothesis import settings

# How long an example takes says nothing on a machine that two passes share.
settings.register_profile("assay", deadline=None)
settings.load_profile("assay")
