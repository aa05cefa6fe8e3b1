"""A link of a broadcast leads on, counts each member once, and tells strangers nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from models.talk.clicks import BroadcastClick
from tests.shop import Phone, Shop

ADDRESS = "https://store.example.tw/p/1?x=a%20b&y=1#top"
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) Mobile/15E148 Safari Line/14.2.0"}
DAYS = timedelta(days=1)


@pytest.fixture
def link(mei: Phone, boss: Phone, shop: Shop) -> str:
    """The link that 小美 was sent."""
    for each in (mei, boss):
        each.follows()
    boss.says(f"/推播 全部 | {{稱呼}}早安，看 {ADDRESS}")
    boss.says("確認")
    shop.clock.jump(timedelta(seconds=61))
    shop.tick()
    shop.settle()
    text = mei.hears()[-1]["text"]
    assert ADDRESS not in text
    return text.split("http://localhost:8000")[1]


def times(shop: Shop) -> list[tuple[int, int]]:
    with shop.sessions() as session:
        found = select(BroadcastClick.place, BroadcastClick.times)
        return [(place, count) for place, count in session.execute(found).all()]


def test_it_leads_on_and_is_counted_once_for_each_member(link: str, shop: Shop):
    for _ in range(2):
        shown = shop.client.get(link, headers=PHONE)
        assert (shown.status_code, shown.headers["Location"]) == (302, ADDRESS)
        assert shown.headers["Cache-Control"] == "no-store"
    assert times(shop) == [(1, 2)]

    for agent in ("facebookexternalhit/1.1;line-poker/1.0", "Googlebot/2.1", ""):
        assert shop.client.get(link, headers={"User-Agent": agent}).status_code == 302
    assert shop.client.get(link, headers={**PHONE, "Purpose": "prefetch"}).status_code == 302
    assert shop.client.head(link, headers=PHONE).status_code == 302
    assert times(shop) == [(1, 2)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.talk.clicks.insert", lambda *_: broken())
        assert shop.client.get(link, headers=PHONE).status_code == 302


def test_a_changed_or_old_link_leads_nowhere(link: str, shop: Shop):
    changed = link[:-3] + ("AAA" if link[-3:] != "AAA" else "BBB")
    for path in (changed, "/r/https://bad.example", "/r/%00", "/r/x", f"{link}x"):
        shown = shop.client.get(path, headers=PHONE)
        assert (shown.status_code, shown.headers.get("Location")) == (404, None)
    shop.clock.jump(33 * DAYS - timedelta(minutes=2))
    assert shop.client.get(link, headers=PHONE).status_code == 302
    shop.clock.jump(timedelta(minutes=5))
    assert shop.client.get(link, headers=PHONE).status_code == 404
    assert times(shop) == [(1, 1)]


def broken() -> None:
    raise OperationalError("", {}, Exception("locked"))
