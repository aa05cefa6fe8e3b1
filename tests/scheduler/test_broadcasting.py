"""A broadcast in the outbox: everybody reads what would be written for them alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from models.base import vault
from models.loyalty import coupons
from models.people.members import Member
from models.people.roles import Role
from models.talk import broadcasts, clicks, tracked_links
from models.talk.broadcast_records import ARMS
from models.talk.broadcast_terms import Content, Wanted
from models.talk.outbox_records import OutboxMessage
from models.talk.tracked_links import Ticket
from scheduler import broadcasting
from scheduler.broadcast_writing import Writer
from tests.scheduler.conftest import Befriend
from tests.shop import Shop

SITE, ADDRESS = "https://shop.example", "https://x.example/mango"
TEXT = f'{{稱呼}}早安，你有 {{點數}} 點，是{{等級}}。看 {ADDRESS} 吧 👨‍👩‍👧 "好" \\'
NAMES = [
    "小美",
    "",
    "{點數}",
    '"}],"\\n',
    "一\n二\t三",
    "👨‍👩‍👧",
    " 林 ",
    "\u202e反",
    "字" * 100,
    f"{SITE}/r/{1:0>39}",
    "\U000f0001\U000fffff",
]
MANY = 33
WHOLE = Wanted(
    "全部",
    (Content(TEXT, "https://x.example/a.jpg"), Content("乙版 {稱呼}")),
    "通知",
    group_buy=1,
    coupon="金級生日券",
    held_back=10,
)


def befriended(shop: Shop, befriend: Befriend) -> None:
    """People whose names are hard on whoever fills them in, of two languages."""
    ids = befriend([None] * MANY)
    with shop.sessions.begin() as session:
        for at, member_id in enumerate(ids):
            named = {"name": NAMES[at % len(NAMES)], "language": ("zh-TW", "en")[at % 2]}
            session.execute(update(Member).where(Member.id == member_id).values(named))


def planned(shop: Shop, wanted: Wanted, **part: Any) -> int:
    """Confirm a broadcast and queue it part by part; its number."""
    now = shop.clock()
    with shop.sessions.begin() as session:
        made = broadcasts.confirm(
            session,
            wanted,
            by="U0",
            held_back=wanted.held_back or 0,
            release_at=now,
            use_until=now + timedelta(days=3),
            now=now,
        )
        clicks.keep(session, made, site=SITE)
        number = made.id
    more = True
    while more:
        with shop.sessions.begin() as session:
            _count, more = broadcasting.plan_part(
                session, number, now=now, programme=shop.programme, **part
            )
    return number


@pytest.mark.parametrize(
    "wanted",
    [
        WHOLE,
        replace(WHOLE, coupon=""),
        Wanted("全部", (Content("{點數}點"),), "通知"),
        Wanted("全部", (Content("{等級}的{稱呼}，{稱呼}！"), Content("大家早")), "通知"),
    ],
)
def test_everybody_reads_what_would_be_written_for_them_alone(
    shop: Shop, befriend: Befriend, wanted: Wanted
):
    boss = shop.phone("老闆", role=Role.ORGANISER)
    for words in ("/開團 愛文芒果 450", "確認"):
        boss.says(words)
    befriended(shop, befriend)

    number = planned(shop, wanted)

    with shop.sessions() as session:
        found = broadcasts.find(session, number)
        sent = session.scalars(select(OutboxMessage).where(OutboxMessage.rule == found.rule)).all()
        people = {each.id: each for each in session.scalars(select(Member))}
        writer = Writer(session, wanted, shop.clock(), shop.programme, number)
        writer.look_up(list(people.values()))
        for each in sent:
            person, arm = people[each.member_id], ARMS.index(each.period)
            held = coupons.wallet(session, person.id, shop.clock()).usable
            alone = writer.messages(person, arm, held[0] if wanted.coupon else None)
            assert each.messages == orjson.dumps(alone).decode()
            for token in re.findall(rf"看 {SITE}/r/([\w-]+)", each.messages):
                ticket = tracked_links.read(vault(session), token)
                assert ticket == Ticket(number, 1, person.id)
        assert len(sent) + found.kept_out == len(people)
        assert found.planned == len(sent) > MANY / 2


def test_parts_of_any_size_come_to_the_same(shop: Shop, befriend: Befriend):
    befriended(shop, befriend)
    befriend([None] * 3, marketing=False)
    wanted = Wanted("全部", (Content(TEXT), Content("乙版")), "通知", held_back=20)

    first, second = planned(shop, wanted), planned(shop, wanted, limit=7)

    with shop.sessions() as session:
        whole, parts = broadcasts.find(session, first), broadcasts.find(session, second)
        assert whole.reasons == parts.reasons == {"opted_out": 3}
        assert whole.planned + whole.kept_out == parts.planned + parts.kept_out == MANY
        keys = session.scalars(select(OutboxMessage.retry_key)).all()
        assert len(set(keys)) == whole.planned + parts.planned


def test_a_segment_is_looked_at_three_times_however_many_parts_it_has(
    shop: Shop, befriend: Befriend, monkeypatch: pytest.MonkeyPatch
):
    befriended(shop, befriend)
    befriend([None] * 3, marketing=False)
    looked: list[str] = []
    parse = broadcasting.segments.parse

    def parsed(session: Any, text: str, programme: Any) -> Any:
        looked.append(text)
        return parse(session, text, programme)

    monkeypatch.setattr(broadcasting.segments, "parse", parsed)
    monkeypatch.setattr(broadcasting, "_size", lambda *_: 5)
    now, wanted = shop.clock(), Wanted("好友", (Content(TEXT), Content("乙版")), "通知")
    with shop.sessions.begin() as session:
        number = broadcasts.confirm(
            session, wanted, by="U0", held_back=20, release_at=now, use_until=now, now=now
        ).id

    assert broadcasting.plan_due(shop.sessions, now, shop.programme) > MANY / 2

    assert looked == ["好友"] * 3
    with shop.sessions() as session:
        found = broadcasts.find(session, number)
        assert found.planned + found.kept_out == MANY
        assert found.reasons == {"opted_out": 3}
        assert found.stage == "planned"
    assert broadcasting.plan_due(shop.sessions, now, shop.programme) == 0
