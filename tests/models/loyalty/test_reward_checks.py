"""The books about rewards: what is wrong in them is found."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models.loyalty import rewards


@pytest.mark.tampers
@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE rewards SET taken = 2", "counts 2 taken, but 1 claims stand"),
        ("UPDATE reward_counts SET claimed = 2", "counts 2 of reward"),
        ("DELETE FROM reward_counts", "is in no count of its member"),
        (
            "UPDATE reward_claims SET state = 'cancelled', cancelled_at = claimed_at",
            "is cancelled and owes 0 points, but cost 300",
        ),
    ],
)
def test_books_that_disagree_are_told(session, claim, cup, statement, sentence):
    claim(cup)
    session.execute(text(statement))

    found = rewards.verify(session)

    assert any(sentence in each for each in found)
    session.rollback()


@pytest.mark.tampers
def test_a_coupon_of_somebody_else_is_told(session, claim, voucher):
    claim(voucher)
    session.execute(text("UPDATE reward_claims SET coupon_id = NULL"))

    assert any("do not belong together" in each for each in rewards.verify(session))
    session.rollback()
