"""Messages made inside PostgreSQL are what would be written one by one."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from bot.views.moulds import is_plain
from bot.views.templates import PLAIN
from models.base import local_day
from models.loyalty import points
from models.people.members import Member
from models.shop.totals_records import MemberTotals
from models.talk import broadcasts, clicks
from models.talk.broadcast_records import BroadcastHoldout
from models.talk.broadcast_terms import Content, Wanted
from models.talk.outbox_records import OutboxMessage
from scheduler import broadcast_letters, broadcast_sets, broadcasting
from tests.scheduler.conftest import Befriend
from tests.shop import Shop

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
ODD = "。a\nb"
NAMES = ["小美", "", "Amy Lin", "阿珠🌸", "林（媽）", ODD]
WANTED = Wanted(
    "全部",
    (
        Content("{稱呼}早安，你有 {點數} 點 https://x.example/a 和 https://x.example/b 。"),
        Content('乙版 "{稱呼}" {點數}\\'),
    ),
    "通知",
    held_back=15,
)


def rows(session: Session, record: Any) -> list[dict[str, Any]]:
    """All of them, but for their ids."""
    table = record.__table__
    found = session.execute(select(table)).mappings()
    known = [{name: value for name, value in row.items() if name != "id"} for row in found]
    return sorted(known, key=lambda row: str(row.get("key", row["member_id"])))


def traded(session: Session, ids: list[int], shop: Shop) -> None:
    """Let them have bought and earned this and that; a few may not be written to."""
    chance, now = random.Random(5), shop.clock()
    year = {"year_from": local_day(now), "year_orders": 0, "year_spend": 0}
    for at, member in enumerate(ids):
        named = {"name": NAMES[at % len(NAMES)], "language": ("zh-TW", "en")[at % 2]}
        named |= {"marketing": at % 11 > 0, "is_friend": at % 13 > 0}
        session.execute(update(Member).where(Member.id == member).values(named))
        if at % 3:
            spend = chance.randrange(-200, 10 ** chance.randrange(3, 8))
            session.add(
                MemberTotals(member_id=member, orders=chance.randrange(60), spend=spend, **year)
            )
        if at % 4:
            points.opening(
                session,
                member,
                chance.randrange(1, 10 ** chance.randrange(1, 7)),
                source=f"opening:{member}",
                earned_on=local_day(now - timedelta(days=at)),
                now=now,
                terms=shop.programme.points,
                reason="",
            )


def test_the_same_comes_out_as_one_by_one(
    shop: Shop, befriend: Befriend, monkeypatch: pytest.MonkeyPatch
):
    ids, now, found = befriend([None] * 120), shop.clock(), []
    for inside in (True, False):
        monkeypatch.setattr(broadcast_sets, "can", lambda *_, so=inside: so)
        written = watched(monkeypatch)
        with shop.sessions() as session:
            traded(session, ids, shop)
            made = broadcasts.confirm(
                session, WANTED, by="U0", held_back=15, release_at=now, use_until=now, now=now
            )
            made.id = 7
            clicks.keep(session, made, site="https://shop.example")
            broadcasting.plan_part(session, 7, now=now, programme=shop.programme)
            session.flush()
            figures = made.planned, made.kept_out, made.reasons, made.stage
            found.append((rows(session, OutboxMessage), rows(session, BroadcastHoldout), figures))
        assert set(written) <= {ODD} if inside else len(set(written)) == len(NAMES)

    assert found[0] == found[1]
    messages, held, (planned, kept_out, reasons, _stage) = found[0]
    assert (len(messages), len(held)) == (planned, kept_out)
    assert planned > 70
    assert min(kept_out, *reasons.values()) > 5
    assert len({row["value"] for row in messages}) > 30


def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of those to whom is written one by one, from now on."""
    names: list[str] = []
    written = broadcast_letters.Writer.body

    def body(writer: Any, person: Any, *rest: Any) -> str:
        names.append(person.name)
        return written(writer, person, *rest)

    monkeypatch.setattr(broadcast_letters.Writer, "body", body)
    return names


def test_what_was_queued_before_is_not_queued_again(shop: Shop, befriend: Befriend):
    befriend([None] * 50)
    now, wanted = shop.clock(), Wanted("全部", (Content("{稱呼}早"),), "通知")
    with shop.sessions.begin() as session:
        made = broadcasts.confirm(
            session, wanted, by="U0", held_back=0, release_at=now, use_until=now, now=now
        )
        number = made.id
        part = {"now": now, "programme": shop.programme}
        assert broadcasting.plan_part(session, number, **part, limit=30) == (30, True)
        # as if that part had been lost on the way, and its messages not
        made.planned_to = 0
        assert broadcasting.plan_part(session, number, **part) == (20, False)
        assert session.scalar(select(func.count(OutboxMessage.id))) == 50


def test_plain_names_come_out_as_they_go_in_and_postgresql_knows_them(session: Session):
    letters = [chr(code) for code in range(1, 0x20000) if not 0xD7FF < code < 0xE000]
    names = [f"{put}{each}{after}" for each in letters for put, after in (("", ""), ("a", ""))]
    plain = [name for name in names if re.search(PLAIN, name)]
    assert len(plain) > 80_000
    assert all(is_plain(name, 2) for name in plain)
    within = [each for each in letters if re.search(PLAIN, f"a{each}a")]
    assert all(is_plain(f"a{each}a", 3) for each in within)

    known = text("SELECT array_agg(name) FROM unnest(:names) AS name WHERE name ~ :plain")
    assert session.scalar(known, {"names": names, "plain": PLAIN}) == plain
    for name in ("小 美", "a\n", "\na", "小美。", " 小美", "小美 ", '"', "\\"):
        found = session.scalar(text("SELECT :name ~ :plain"), {"name": name, "plain": PLAIN})
        assert found == (name == "小 美")
