"""Whatever happens in a shop, in whatever order: money, stock, points, coupons and tiers agree."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy.orm import Session, sessionmaker

from models.insight import invariants
from tests.chaos import figures
from tests.chaos.shop_model import Notebook
from tests.chaos.shop_pages import Order
from tests.chaos.shop_play import Play

LONG = [pytest.mark.slow, pytest.mark.timeout(7200)]


@pytest.mark.parametrize(
    ("shops", "steps"), [(1, 150), pytest.param(100, 250, marks=LONG, id="25000")]
)
def test_a_shop_agrees_with_a_notebook_after_every_step(
    sessions: sessionmaker[Session], shops: int, steps: int
):
    """Each step is a transaction of its own; the books are checked after each shop."""
    did: Counter[str] = Counter()
    for seed in range(shops):
        with sessions() as session:
            play = Play(session, seed)
            for step in range(steps):
                play.step()
                wrong = play.differences()
                assert not wrong, f"seed {seed}, step {step}: {wrong} after {play.done}"
            assert not invariants.check(session)
            did += play.done
    figures.tell("shop model", shops=shops, steps=shops * steps, differences=0, did=dict(did))


class Forgetful(Notebook):
    """Somebody who does not give points back when an order falls through."""

    def _release(self, order: Order) -> None:
        self.members[order.member].coupons += order.coupon
        order.coupon, order.returned = False, order.points


def test_a_notebook_that_forgets_one_rule_is_found_out(sessions: sessionmaker[Session]):
    """The control."""
    found: list[str] = []
    for seed in range(8, 48):  # in those before, nobody gives anything back that soon
        with sessions() as session:
            play = Play(session, seed, Forgetful)
            for _ in range(60):
                try:
                    play.step()
                except AssertionError as differs:
                    found.append(str(differs))
                    break
                if wrong := play.differences():
                    found += wrong
                    break
        if found:
            break
    assert found
