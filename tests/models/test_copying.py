"""Rows by COPY: whatever is refused is refused as an INSERT would, and nothing of it is left."""

from uuid import NAMESPACE_URL, UUID, uuid3

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from models import copying
from models.bulk import FEW
from models.loyalty.coupons import CouponDefinition
from models.talk import retry_keys


def rows(*keys: str) -> list[dict[str, object]]:
    return [{"key": key, "issued": 0} for key in keys]


def kept(session) -> int:
    return session.scalar(select(func.count()).select_from(CouponDefinition))


MANY = rows(*(f"kind {number}" for number in range(FEW * 20)))


def test_many_rows_are_kept_however_they_come(session):
    copying.put(session, CouponDefinition, iter(MANY))

    assert kept(session) == len(MANY)


@pytest.mark.parametrize("wrong", [MANY[0], {"key": "less", "issued": -1}])
def test_one_wrong_row_is_told_of_as_by_any_insert(session, wrong):
    with pytest.raises(DBAPIError), session.begin_nested():
        copying.put(session, CouponDefinition, [*MANY, wrong])

    assert kept(session) == 0


def test_when_making_rows_fails_nothing_is_kept_and_the_session_goes_on(session):
    def broken():
        yield from MANY
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), session.begin_nested():
        copying.put(session, CouponDefinition, broken())

    assert kept(session) == 0


def test_what_copy_refused_is_in_the_callers_hands(session):
    taken: list[dict[str, object]] = []
    rest = iter([*MANY, MANY[0]])

    assert not copying.copy(session, CouponDefinition, rest, taken)

    assert [*taken, *rest] == [*MANY, MANY[0]]
    assert kept(session) == 0


def test_retry_keys_are_the_uuids_they_look_like():
    for number in range(200):
        name = f"生日:2026:{number}"
        assert retry_keys.of(NAMESPACE_URL, name) == str(uuid3(NAMESPACE_URL, name))
        made = UUID(retry_keys.new())
        assert (made.version, made.variant) == (4, UUID(retry_keys.of(NAMESPACE_URL, "x")).variant)
