"""flask roles add: who runs the shop, whether they are friends yet or not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.people import roles
from models.people.audit import AuditEntry
from models.people.roles import Role
from tests.backoffice.cli.conftest import Type
from tests.shop import Shop

BOSS = "U" + "b" * 32


@pytest.mark.parametrize("role", ["owner", "organiser", "support"])
def test_a_role_is_given_once_and_put_on_record(flask: Type, shop: Shop, role: str) -> None:
    first, second = flask("roles", "add", BOSS, role), flask("roles", "add", BOSS, role)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == f"{BOSS} is {role}\n"
    with shop.sessions() as session:
        assert roles.role_of(session, BOSS, owner=None) is Role(role)
        assert session.scalars(select(AuditEntry.detail)).first() == role


@pytest.mark.parametrize("line_id", ["小美", "U123", "U" + "B" * 32, "C" + "b" * 32, ""])
def test_what_is_no_line_id_is_refused_with_a_sentence(flask: Type, line_id: str) -> None:
    done = flask("roles", "add", line_id, "owner")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "is not a LINE user id" in done.stderr


@pytest.mark.parametrize("role", ["member", "boss", "OWNER"])
def test_what_is_no_role_is_wrong_usage(flask: Type, role: str) -> None:
    done = flask("roles", "add", BOSS, role)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "organiser" in done.stderr
