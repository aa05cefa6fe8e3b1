"""The books about coupons: what is wrong in them is found, or refused at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from models.insight import invariants
from models.loyalty import coupons
from tests.models.loyalty.coupon_cast import FIFTY_OFF, members


@pytest.fixture
def shop(session, now):
    """One coupon unused, one used, one given back, one void; and a limit of five."""
    mei, boss = members(session, 2)
    terms = replace(FIFTY_OFF, total_limit=5, per_member_limit=4)
    sources = ["unused", "used", "returned", "void"]
    given = coupons.issue_many(session, terms, [(mei, source) for source in sources], now=now)
    for source in ["used", "returned"]:
        coupons.redeem(
            session, given[source].code, by=mei, member_id=mei, source=f"order:{source}", now=now
        )
    coupons.give_back(session, source="order:returned", now=now)
    coupons.void(session, given["void"].code, by=boss, now=now)
    session.commit()
    return {coupon.source: coupon for coupon in session.scalars(select(coupons.Coupon))}


def test_sound_books_have_nothing_to_say(session, shop):
    assert coupons.verify(session) == []


@pytest.mark.tampers
@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE coupon_definitions SET issued = 3",
            "coupon kind fifty counts 3 issued, but there are 4",
        ),
        (
            "UPDATE coupon_counts SET issued = 1",
            "member {mei} counts 1 coupons of kind {kind}, but there are 4",
        ),
        ("DELETE FROM coupon_counts", "coupon {unused} is in no count of its member"),
        (
            "UPDATE coupons SET state = 'used', used_at = issued_at WHERE source = 'unused'",
            "coupon {unused} is used and has no open use",
        ),
        (
            "UPDATE coupons SET state = 'issued', used_at = NULL WHERE source = 'used'",
            "coupon {used} is issued and has an open use",
        ),
        (
            "UPDATE coupon_uses SET returned_at = used_at WHERE source = 'order:used'",
            "coupon {used} is used and has no open use",
        ),
        (
            "INSERT INTO coupons (definition_id, member_id, code, source, state, name, kind,"
            " value, min_spend, first_purchase, description, issued_at, valid_from, expires_at)"
            " SELECT definition_id, member_id, '22222222223', 'forged', state, name, kind,"
            " value, min_spend, first_purchase, description, issued_at, valid_from, expires_at"
            " FROM coupons WHERE source = 'unused'",
            "coupon {forged} has a code that does not add up",
        ),
    ],
)
def test_what_was_changed_behind_the_shops_back_is_found(session, shop, statement, sentence):
    unused = shop["unused"]

    session.execute(text(statement))
    session.commit()

    known = {source: coupon.id for source, coupon in shop.items()}
    expected = sentence.format(
        mei=unused.member_id, kind=unused.definition_id, forged=max(known.values()) + 1, **known
    )
    assert expected in coupons.verify(session)
    assert expected in invariants.check(session)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE coupon_definitions SET issued = 6",
        "UPDATE coupon_definitions SET total_limit = 3",
        "UPDATE coupon_definitions SET issued = -1, total_limit = NULL",
        "UPDATE coupon_counts SET issued = 5",
        "UPDATE coupon_counts SET issued = 0",
        "UPDATE coupons SET value = 5000",
        "UPDATE coupons SET code = '22222222222' WHERE source = 'unused'",
        "UPDATE coupons SET member_id = member_id + 1",
        "UPDATE coupons SET expires_at = '2099-01-01 00:00:00'",
        "UPDATE coupons SET min_spend = 0, kind = 'gift'",
        "UPDATE coupons SET state = 'used' WHERE source = 'unused'",
        "UPDATE coupons SET state = 'issued' WHERE source = 'void'",
        "UPDATE coupons SET state = 'lost'",
        "UPDATE coupon_uses SET returned_at = NULL, source = 'order:9'",
        "UPDATE coupon_uses SET coupon_id = coupon_id - 1",
        "INSERT INTO coupon_uses (coupon_id, source, by, used_at)"
        " SELECT coupon_id, 'order:9', by, used_at FROM coupon_uses WHERE returned_at IS NULL",
        "DELETE FROM coupons",
        "DELETE FROM coupon_uses",
    ],
)
def test_what_the_database_can_refuse_it_refuses(session, shop, statement):
    with pytest.raises(DBAPIError):
        session.execute(text(statement))

    session.rollback()
    assert coupons.verify(session) == []
