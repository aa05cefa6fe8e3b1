"""Ticks of few things, for tests of these alone: all there is takes a tenth of a second a day."""

from __future__ import annotations

import pytest

from scheduler import campaigns, tick
from scheduler.campaign import CAMPAIGNS


@pytest.fixture(autouse=True)
def only_these_campaigns(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the mark `campaigns`, ticks plan those it names, and do no chores."""
    mark = request.node.get_closest_marker("campaigns")
    if mark is not None:
        campaigns.load()
        monkeypatch.setattr(tick, "CAMPAIGNS", {key: CAMPAIGNS[key] for key in mark.args})
        monkeypatch.setattr(tick, "CHORES", {})
