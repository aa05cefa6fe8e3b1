"""The shop and its fixed cast."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from models.people.roles import Role
from models.programme import Programme
from tests.shop import Phone, Shop
from tests.ticking import only_these_campaigns  # noqa: F401


@pytest.fixture
def shop(
    engine: Engine, sessions: sessionmaker[Session], programme: Programme, now: datetime
) -> Iterator[Shop]:
    made = Shop(engine, sessions, programme, now)
    yield made
    made.close()


@pytest.fixture
def phone(shop: Shop) -> Callable[..., Phone]:
    return shop.phone


@pytest.fixture
def mei(shop: Shop) -> Phone:
    return shop.phone("小美")


@pytest.fixture
def lin(shop: Shop) -> Phone:
    return shop.phone("小林")


@pytest.fixture
def boss(shop: Shop) -> Phone:
    return shop.phone("老闆", role=Role.OWNER)
