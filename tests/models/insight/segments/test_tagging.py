"""Saved segments as tags: kept at night, only what changes is written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from models.insight import segments
from models.insight.segments import tagging
from models.people import tags
from models.programme import TagRule
from tests.models.insight.trade import Trade


def tagged(session: Session, trade: Trade) -> list[int]:
    return [n for n in range(4) if "常客" in tags.of(session, trade.member(n))]


def test_who_comes_in_is_tagged_and_who_leaves_is_not(session: Session, trade: Trade):
    def save(name: str, text: str) -> None:
        segments.save(session, name, text, trade.programme, by="U1", now=trade.now)

    for number in range(4):
        trade.member(number)
    trade.buy(0, days_ago=5)
    trade.buy(1, days_ago=29)
    tags.add(session, [(trade.member(3), "常客")], now=trade.now)
    save("常客", "R<=30")

    tagging.begin(session, "常客", trade.programme, now=trade.now)
    at_once = tagged(session, trade)
    trade.night()
    unchanged = trade.night().tagged
    trade.night(2)
    a_month_later = tagged(session, trade)
    trade.buy(2)
    changed = tagging.refresh(session, trade.programme, now=trade.now)

    assert at_once == [0, 1, 3]  # the last by hand, which no rule takes away
    assert unchanged == 0
    assert a_month_later == [0, 3]
    assert (changed, tagged(session, trade)) == (1, [0, 2, 3])
    save("常客", "全部")
    tagging.follow(session, "常客", trade.programme, now=trade.now)
    assert tagged(session, trade) == [0, 1, 2, 3]
    segments.remove(session, "常客", trade.programme)
    assert tagged(session, trade) == [3]


def test_a_segment_that_cannot_be_read_any_more_keeps_its_tags(session: Session, trade: Trade):
    trade.buy(0)
    segments.save(session, "常客", "銅級", trade.programme, by="U1", now=trade.now)
    tagging.begin(session, "常客", trade.programme, now=trade.now)
    only = replace(trade.programme, tiers=trade.programme.tiers[2:])

    assert tagging.refresh(session, only, now=trade.now) == 0
    assert tagged(session, trade) == [0]


def test_a_tag_has_one_rule(session: Session, trade: Trade):
    segments.save(session, "常客", "F>=1", trade.programme, by="U1", now=trade.now)
    ruled = replace(trade.programme, tags=(TagRule("常客"),))

    with pytest.raises(tagging.TagHasRule):
        tagging.begin(session, "常客", ruled, now=trade.now)
    with pytest.raises(segments.NoSuchSegment):
        tagging.begin(session, "新朋友", trade.programme, now=trade.now)
