"""What must always be true is said once and looked at everywhere."""

from __future__ import annotations

import pytest

from models.insight import invariants


def test_an_invariant_is_checked_once_it_is_registered(session, monkeypatch):
    monkeypatch.setattr(invariants, "INVARIANTS", {})

    @invariants.invariant
    def nothing_is_wrong(_session, _spans):
        return []

    @invariants.invariant
    def something_is_wrong(_session, _spans):
        return ["the till is open"]

    assert invariants.check(session) == ["the till is open"]


def test_two_invariants_never_share_a_name(monkeypatch):
    monkeypatch.setattr(invariants, "INVARIANTS", {})

    def always(_session, _spans):
        return []

    invariants.invariant(always)

    with pytest.raises(ValueError, match="always"):
        invariants.invariant(always)


def test_the_points_ledger_is_among_them():
    assert "points_are_neither_made_nor_lost" in invariants.INVARIANTS
