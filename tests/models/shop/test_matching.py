"""Payments matched: what agrees is settled, what may agree is asked, nothing is used twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shop.matching import match
from models.shop.payment_facts import Claim, Confidence, Deposit, Doubt, Matching, Window

DAY = date(2026, 11, 22)
CERTAIN, LIKELY, POSSIBLE = Confidence


def paid(id_: str, amount: int, text: str = "", days: int = 0, **more: Any) -> Deposit:
    return Deposit(id_, DAY + timedelta(days=days), amount, text, **more)


def owed(id_: str, due: int, last_five: str = "", days: int = 0, member: int = 1) -> Claim:
    return Claim(id_, member, due, DAY + timedelta(days=days), last_five)


def found(matching: Matching) -> list[tuple[str, Confidence, tuple[tuple[str, ...], ...], int]]:
    return [(m.deposit.id, m.confidence, m.options, m.difference) for m in matching.matches]


def test_digits_amount_and_time_make_it_certain():
    known = match([paid("d", 1_240, "轉帳 812-0000***12345")], [owed("a", 1_240, "12345")])

    assert found(known) == [("d", CERTAIN, (("a",),), 0)]
    assert (known.unmatched, known.unpaid) == ((), ())


def test_one_payment_settles_several_orders_of_a_member():
    claims = [owed("a", 300, "12345"), owed("b", 200, "12345"), owed("c", 90, "12345")]

    known = match([paid("d", 390, "12345")], claims)

    assert found(known) == [("d", CERTAIN, (("a", "c"),), 0)]
    assert [each.id for each in known.unpaid] == ["b"]


def test_a_members_whole_sum_is_found_without_digits():
    claims = [owed("a", 300), owed("b", 200), owed("x", 900, member=2)]

    assert found(match([paid("d", 500)], claims)) == [("d", LIKELY, (("a", "b"),), 0)]


@pytest.mark.parametrize(("amount", "difference"), [(1_000, -240), (1_300, 60)])
def test_the_right_digits_with_another_amount_are_likely(amount: int, difference: int):
    known = match([paid("d", amount, "12345")], [owed("a", 1_240, "12345")])

    (only,) = known.matches
    assert found(known) == [("d", LIKELY, (("a",),), difference)]
    assert (only.is_partial, only.is_overpaid) == (difference < 0, difference > 0)


def test_an_amount_that_fits_only_once_is_likely():
    claims = [owed("a", 500), owed("b", 700, member=2)]

    assert found(match([paid("d", 700)], claims)) == [("d", LIKELY, (("b",),), 0)]


def test_an_amount_that_fits_several_is_for_somebody_to_choose():
    claims = [owed("a", 500), owed("b", 500, member=2)]

    known = match([paid("d", 500)], claims)

    assert found(known) == [("d", POSSIBLE, (("a",), ("b",)), 0)]
    assert known.matches[0].claims == ()
    assert len(known.unpaid) == 2


def test_two_payments_of_one_amount_leave_open_which_is_whose():
    known = match([paid("d", 500), paid("e", 500)], [owed("a", 500)])

    assert [each.confidence for each in known.matches] == [POSSIBLE, POSSIBLE]


def test_digits_that_contradict_are_never_more_than_possible():
    known = match([paid("d", 500, "99999")], [owed("a", 500, "12345")])

    assert found(known) == [("d", POSSIBLE, (("a",),), 0)]


@pytest.mark.parametrize(
    ("days", "matched"), [(-4, False), (-3, True), (0, True), (14, True), (15, False)]
)
def test_what_came_too_early_or_too_late_is_not_matched(days: int, matched: bool):
    known = match([paid("d", 500, "12345", days)], [owed("a", 500, "12345")])

    assert bool(known.matches) is matched
    assert bool(known.unmatched) is not matched


def test_a_transfer_reported_twice_pays_once_and_is_told():
    claims = [owed("a", 500, "12345"), owed("b", 500, "12345", days=1)]

    known = match([paid("d", 500, "12345", 1)], claims)

    assert found(known) == [("d", CERTAIN, (("a",),), 0)]
    (twice,) = known.duplicates
    assert (twice.doubt, twice.claims) == (Doubt.REPORTED_TWICE, ("a", "b"))


def test_one_transfer_that_two_members_report_is_nobodys_until_somebody_chooses():
    claims = [owed("a", 500, "12345"), owed("b", 500, "12345", member=2)]

    known = match([paid("d", 500, "12345")], claims)

    assert found(known) == [("d", POSSIBLE, (("a",), ("b",)), 0)]
    assert [each.doubt for each in known.duplicates] == [Doubt.CONTESTED]


def test_a_claim_that_was_paid_twice_is_told():
    deposits = [paid("d", 500, "12345", 2), paid("e", 500, "12345", 1)]

    known = match(deposits, [owed("a", 500, "12345")])

    assert found(known) == [("e", CERTAIN, (("a",),), 0)]
    assert [(each.doubt, each.deposit.id) for each in known.duplicates] == [
        (Doubt.PAID_TWICE, "d")
    ]
    assert [each.id for each in known.unmatched] == ["d"]


def test_many_orders_of_one_amount_are_paid_from_the_oldest_on():
    claims = [owed(f"{number:02}", 100, "12345", days=number % 3) for number in range(30)]
    deposits = [paid(f"{number:02}", 100, "12345", 3) for number in range(20)]

    known = match(deposits, claims)

    assert len(known.matches) == 20
    assert {each.on for each in known.unpaid} == {DAY + timedelta(days=2)}


@pytest.mark.parametrize(
    ("text", "fives"),
    [
        ("", set()),
        ("跨行轉入 822-0000123456789", {"56789"}),
        ("*****12345 王小美", {"12345"}),
        ("000012345*** 3456", set()),
        ("012-3456 末五碼54321", {"23456", "54321"}),
    ],
)
def test_the_last_five_digits_are_read_from_what_the_bank_writes(text: str, fives: set[str]):
    assert paid("d", 1, text).last_fives == fives


FIVES = st.sampled_from(["", "11111", "22222"])
DEPOSITS = st.lists(
    st.builds(
        paid,
        st.just(""),
        st.sampled_from([100, 200, 300, 400]),
        FIVES,
        st.sampled_from([0, 1, 20]),
        at=st.sampled_from([None, time(9), time(10)]),
    ),
    max_size=4,
)
CLAIMS = st.lists(
    st.builds(
        owed,
        st.just(""),
        st.sampled_from([0, 100, 200, 300]),
        FIVES,
        st.sampled_from([0, 1, 20]),
        st.integers(1, 2),
    ),
    max_size=4,
)


def numbered(deposits: list[Deposit], claims: list[Claim]) -> tuple[list[Deposit], list[Claim]]:
    return (
        [Deposit(f"d{n}", d.on, d.amount, d.text, d.at) for n, d in enumerate(deposits)],
        [Claim(f"c{n}", c.member_id, c.due, c.on, c.last_five) for n, c in enumerate(claims)],
    )


@given(deposits=DEPOSITS, claims=CLAIMS, shuffle=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(deposits, claims, shuffle):
    deposits, claims = numbered(deposits, claims)
    before = match(deposits, claims)

    shuffle.shuffle(deposits)
    shuffle.shuffle(claims)

    assert match(deposits, claims) == before


@given(deposits=DEPOSITS, claims=CLAIMS)
def test_nothing_is_used_twice_and_nothing_is_lost(deposits, claims):
    deposits, claims = numbered(deposits, claims)

    known = match(deposits, claims)

    settled = [claim for each in known.matches for claim in each.claims]
    unpaid = [each.id for each in known.unpaid]
    assert sorted([*settled, *unpaid]) == sorted(c.id for c in claims if c.due)
    assert sorted(
        [*(each.deposit.id for each in known.matches), *(each.id for each in known.unmatched)]
    ) == sorted(each.id for each in deposits)
    for each in known.matches:
        exact = each.confidence is not LIKELY or not each.deposit.last_fives
        assert not exact or each.difference == 0


@given(deposits=DEPOSITS, claims=CLAIMS)
def test_nobody_could_settle_more_for_certain(deposits, claims):
    """Against every assignment there is, of one member's claims."""
    deposits, claims = numbered(deposits, [c for c in claims if c.member_id == 1])

    known = match(deposits, claims)

    certain = [each for each in known.matches if each.confidence is CERTAIN]
    reached = (sum(len(each.claims) for each in certain), len(certain))
    assert reached == max(assignments(deposits, [c for c in claims if c.due]))


def assignments(deposits: list[Deposit], claims: list[Claim]) -> Iterator[tuple[int, int]]:
    """How many claims and deposits each way of settling for certain uses."""
    if not deposits:
        yield (0, 0)
        return
    first, *rest = deposits
    yield from assignments(rest, claims)
    for size in range(1, len(claims) + 1):
        for some in combinations(claims, size):
            if agrees(first, some):
                left = [claim for claim in claims if claim not in some]
                for many, used in assignments(rest, left):
                    yield (many + size, used + 1)


def agrees(deposit: Deposit, some: tuple[Claim, ...]) -> bool:
    fives = {claim.last_five for claim in some} - {""}
    return (
        fives == {deposit.text}
        and sum(claim.due for claim in some) == deposit.amount
        and all(-3 <= (deposit.on - claim.on).days <= 14 for claim in some)
    )


def test_the_window_is_a_setting():
    claims = [owed("a", 500, "12345")]

    assert match([paid("d", 500, "12345", 20)], claims, Window(after=20)).matches
