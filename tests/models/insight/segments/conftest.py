"""A small shop in which every kind of condition is so of somebody."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from models.programme import Programme
from tests.models.insight.trade import Trade


@pytest.fixture
def trade(session: Session, programme: Programme) -> Trade:
    """A shop without members, on 24 November 2026."""
    return Trade(session, programme, date(2026, 11, 24))
