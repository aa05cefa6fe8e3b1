"""A shop at its fixed noon, and a terminal to type commands into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from click.testing import Result
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from app import create_app
from models.programme import Programme
from tests.shop import Phone, Shop

Type = Callable[..., Result]


@pytest.fixture
def shop(
    engine: Engine, sessions: sessionmaker[Session], programme: Programme, now: datetime
) -> Iterator[Shop]:
    made = Shop(engine, sessions, programme, now)
    yield made
    made.close()


@pytest.fixture
def mei(shop: Shop) -> Phone:
    """小美, who is a friend and allows marketing."""
    phone = shop.phone("小美")
    phone.follows()
    return phone


@pytest.fixture
def flask(shop: Shop) -> Type:
    """Runs `flask` with these words; what it says and how it ends."""
    runner = create_app(shop.runtime).test_cli_runner()

    def run(*words: object) -> Result:
        done = runner.invoke(args=[str(word) for word in words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run
