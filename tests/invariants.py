"""After every test that wrote something, what must always hold still holds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.extensions import db

# The invariants that hold in every world a test can make: the factories put states and amounts without their history.
# Those that tell of whole histories are checked on worlds that were played, and on the demo.
ONCE_DECIDED = (
    "The awards of every call stay within its budget",
    "The ledger holds one disbursement for every payment made, and no other",
    "Amounts that belong together are in one currency",
)
ALWAYS = (
    "Every mine site stands on the step last found",
    "Nobody reviews a proposal twice",
    "Every sealed submission is what was sealed",
    "Every form is what it was when it was published",
    "The audit trail is whole",
)
# A refused step may have set a name before it was refused; the request undoes it, so only what was committed is judged.
COMMITTED = ("Money passes through two pairs of hands",)


@pytest.fixture(autouse=True)
def invariants_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test that wrote something, what must always hold still holds."""
    if "app" not in request.fixturenames or request.node.get_closest_marker("breaks_invariants"):
        yield
        return
    request.getfixturevalue("app")
    yield
    broken = _broken_invariants()
    assert not broken, "\n".join(broken)


def _aborted() -> bool:
    """Whether PostgreSQL takes nothing but a rollback from this transaction, because a statement of the test failed."""
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        return False
    driver = connection.connection.driver_connection
    return driver.info.transaction_status.name == "INERROR"


def _broken_invariants() -> list[str]:
    from app.core.audit import AuditEntry  # noqa: PLC0415 - slow import
    from app.decisions.models import Decision  # noqa: PLC0415 - slow import
    from app.developers import invariants  # noqa: PLC0415 - slow import

    if not db.session.is_active or _aborted():
        db.session.rollback()
    with db.session.no_autoflush:
        if db.session.scalar(db.select(AuditEntry.id).limit(1)) is None:
            return []
        decided = db.session.scalar(db.select(Decision.id).limit(1)) is not None
        found = [
            sentence for name in ALWAYS + (ONCE_DECIDED if decided else ()) for sentence in invariants.CHECKS[name]()
        ]
    if not decided:
        return found
    db.session.rollback()
    return found + [sentence for name in COMMITTED for sentence in invariants.CHECKS[name]()]
