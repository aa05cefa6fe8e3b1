"""Cards posted into chats: what a quoted one names, and who may say the totals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from models.shop import posts
from models.shop.group_buy_terms import ItemTerms
from models.talk import pauses
from tests.models.shop.offers import opened

CHAT, OTHER = "C" + "1" * 32, "C" + "2" * 32
MINUTE = timedelta(minutes=1)
EGGS = ItemTerms("A", "放牧雞蛋", 120), ItemTerms("B", "鹹鴨蛋", 90)


def test_a_quoted_card_names_its_item_in_its_own_chat(session, now):
    eggs = opened(session, now, *EGGS)
    posts.post(session, eggs, CHAT, eggs.items, reply_token="token", now=now)
    assert posts.quoted(session, CHAT, "11") is None
    assert posts.untold(session, CHAT, now=now)

    posts.sent(session, "token", ["11", "12", "13"])

    assert [posts.quoted(session, CHAT, each) for each in ("11", "12")] == [
        (eggs, "A"),
        (eggs, "B"),
    ]
    assert posts.quoted(session, CHAT, "13") is None
    assert posts.quoted(session, OTHER, "11") is None
    assert not posts.untold(session, CHAT, now=now)


def test_what_line_never_told_is_not_waited_for_long(session, now):
    eggs = opened(session, now, *EGGS)
    posts.post(session, eggs, CHAT, [None], reply_token="token", now=now)

    assert posts.untold(session, CHAT, now=now + MINUTE / 2)
    assert not posts.untold(session, CHAT, now=now + MINUTE)


def test_what_was_posted_last_comes_first_and_what_is_over_not_at_all(session, now):
    eggs, mangoes = opened(session, now, *EGGS), opened(session, now, closes_at=now + MINUTE)
    for each in (eggs, mangoes, eggs):
        posts.post(session, each, CHAT, [None], reply_token="token", now=now)

    assert list(posts.offers(session, CHAT, now=now)) == [eggs, mangoes]
    assert list(posts.offers(session, CHAT, now=now + MINUTE)) == [eggs]
    assert list(posts.offers(session, OTHER, now=now)) == []


def test_totals_are_said_once_a_minute_however_often_the_card_is_posted(session, now):
    eggs = opened(session, now, *EGGS)
    posts.post(session, eggs, CHAT, [None], reply_token="token", now=now)

    assert posts.may_count(session, CHAT, eggs.id, now=now)
    posts.post(session, eggs, CHAT, [None], reply_token="other", now=now)
    assert not posts.may_count(session, CHAT, eggs.id, now=now + MINUTE / 2)
    assert posts.may_count(session, CHAT, eggs.id, now=now + MINUTE)


@pytest.mark.parametrize("what", ["totals", "pause", "first"])
def test_of_many_workers_one_says_it(sessions, now, what):
    with sessions.begin() as session:
        number = opened(session, now, *EGGS).id
        eggs = session.get_one(posts.GroupBuy, number)
        posts.post(session, eggs, CHAT, [None], reply_token="token", now=now)
    many = 4
    barrier = Barrier(many)

    def try_it(_number: int) -> bool:
        barrier.wait()
        with sessions.begin() as session:
            if what == "totals":
                return posts.may_count(session, CHAT, number, now=now)
            if what == "pause":
                return pauses.over(session, "asked", now=now)
            return bool(pauses.firsts(session, ["friend"], now=now))

    with ThreadPoolExecutor(many) as pool:
        assert sum(pool.map(try_it, range(many))) == 1


def test_pauses_are_forgotten_those_of_persons_soon(session, now):
    pauses.over(session, "asked:C1:U1", now=now)
    pauses.firsts(session, ["friend:3:7"], now=now)

    pauses.prune(session, now=now + timedelta(days=2))

    assert pauses.over(session, "asked:C1:U1", now=now)
    assert pauses.firsts(session, ["friend:3:7"], now=now) == []
    pauses.prune(session, now=now + timedelta(days=61))
    assert pauses.firsts(session, ["friend:3:7"], now=now) == ["friend:3:7"]
