"""The test suite: run by ``./run test`` on SQLite and on PostgreSQL."""
