"""flask ledger verify: silent about sound books, loud about others."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.backoffice.cli.conftest import Type
from tests.shop import Phone, Shop

ORDERS = "order_no,member,ordered_at,product,quantity,amount,status\n"


def test_sound_books_add_up(flask: Type, mei: Phone) -> None:
    done = flask("ledger", "verify")

    assert (done.exit_code, done.stdout, done.stderr) == (0, "everything adds up\n", "")


@pytest.mark.tampers
def test_books_somebody_changed_are_told_fault_by_fault(
    flask: Type, shop: Shop, mei: Phone
) -> None:
    shop.imports("orders", f"{ORDERS}A1,{mei.id},2026-11-20,芒果,1,3000,picked_up\n")
    with shop.sessions.begin() as session:
        session.execute(text("UPDATE point_balances SET available = available + 5"))

    done = flask("ledger", "verify")

    assert (done.exit_code, done.stdout) == (1, "")
    *faults, last = done.stderr.splitlines()
    assert len(faults) >= 1
    assert last == f"Error: {len(faults)} faults"
