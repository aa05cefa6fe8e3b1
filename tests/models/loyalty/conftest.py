"""What tests of the loyalty ledgers may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from models.insight import invariants


@pytest.fixture
def sound_at_the_end(session: Session) -> Iterator[None]:
    """Checks the books in the test's own transaction, before it is thrown away."""
    yield
    assert invariants.check(session) == []
