"""The shop, and many friends of it at once."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from models.base import local_day
from models.people.members import Member
from models.programme import Programme
from tests.shop import Shop
from tests.ticking import only_these_campaigns  # noqa: F401

Befriend = Callable[..., list[int]]


@pytest.fixture
def shop(
    engine: Engine, sessions: sessionmaker[Session], programme: Programme, now: datetime
) -> Iterator[Shop]:
    made = Shop(engine, sessions, programme, now)
    yield made
    made.close()


@pytest.fixture
def befriend(shop: Shop) -> Befriend:
    """Makes friends of the shop who allow marketing, one for each birthday given."""

    def make(birthdays: list[tuple[int, int] | None], **facts: object) -> list[int]:
        joined: date = local_day(shop.clock())
        with shop.sessions.begin() as session:
            made = []
            for number, born in enumerate(birthdays):
                user = shop.platform.add_user(f"團友{number}")
                shop.platform.people[user].friend = True
                member = Member(
                    line_user_id=user,
                    name=f"團友{number}",
                    joined_on=joined,
                    is_friend=True,
                    created_at=shop.clock(),
                    marketing=True,
                    birth_month=born[0] if born else None,
                    birth_day=born[1] if born else None,
                )
                for name, value in facts.items():
                    setattr(member, name, value)
                made.append(member)
            session.add_all(made)
            session.flush()
            return [member.id for member in made]

    return make
