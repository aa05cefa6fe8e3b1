"""Members who all call the last shares of a group-buy at once, and a shop that looks first."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from models import programme
from models.people.members import Member
from models.shop import ordering
from models.shop.group_buy_records import Item
from models.shop.group_buy_terms import ItemTerms
from models.shop.shares import Want
from tests.chaos.rush import Meet, patiently, shop
from tests.models.shop.offers import opened

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
PRICE = 450
RULES = programme.load(None)


def prepare(session: Session, stock: int, callers: int) -> tuple[int, list[int]]:
    """A group-buy with so many shares, and the ids of so many members."""
    offer = opened(session, NOW, ItemTerms("A", "愛文芒果", PRICE, stock=stock))
    row = {"joined_on": NOW.date(), "created_at": NOW}
    session.execute(insert(Member), [row] * callers)
    newest = select(Member.id).order_by(Member.id.desc()).limit(callers)
    return offer.id, sorted(session.scalars(newest))


def calls(
    number: int,
    meet: Meet,
    url: str,
    secret: str,
    crowd: int,
    offer: int,
    members: list[int],
    careless: bool,
) -> Counter[str]:
    """One's part of the calls, a share each; how many of them were answered how."""
    sessions = shop(url, secret)
    act = _look_and_take if careless else _call
    answers: Counter[str] = Counter()
    meet()
    for member_id in members[number::crowd]:
        answers[patiently(sessions, partial(act, offer, member_id))] += 1
    return answers


def _call(offer: int, member_id: int, session: Session) -> str:
    member = session.get_one(Member, member_id)
    item_id = session.scalars(select(Item.id).where(Item.group_buy_id == offer)).one()
    outcome = ordering.call(
        session, offer, member, [Want(item_id, "", 1)], now=NOW, programme=RULES
    )
    answer = "ordered" if outcome.taken else "waits"
    session.commit()
    return answer


def _look_and_take(offer: int, _member_id: int, session: Session) -> str:
    """The control: see what is left, and later write down that one is gone."""
    item = session.scalars(select(Item).where(Item.group_buy_id == offer)).one()
    taken, left = item.taken, item.left
    session.commit()
    if not left:
        return "waits"
    time.sleep(0.005)  # what a busy machine puts between the look and the deed
    session.execute(update(Item).where(Item.id == item.id).values(taken=taken + 1))
    session.commit()
    return "ordered"
