"""A shop in one file, made while it runs, and a shop made from one that sends nothing twice."""

from __future__ import annotations

import copy
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from backoffice import backups
from backoffice.backups import BadBackup
from bot.sender import Tally
from models import database as databases
from models.insight import invariants
from models.people import audit
from models.people.audit import AuditEntry
from models.people.members import Member
from models.programme import Programme
from models.talk import outbox_holds
from models.talk.outbox_records import OutboxMessage, State
from scheduler.tick import tick
from tests.bot.outbox_shop import HOUR, Shop
from tests.conftest import SECRET

DAY = timedelta(days=1)
FRIENDS = 12
Restore = Callable[..., Shop]


@pytest.fixture
def shop(engine: Engine, sessions: sessionmaker[Session], now) -> Shop:
    """A shop whose tables say which release they are of."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        newest = {"at": databases.newest()}
        connection.execute(text("INSERT INTO alembic_version VALUES (:at)"), newest)
    return Shop(sessions, now)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shop.backup"


@pytest.fixture
def restore(
    request: pytest.FixtureRequest, engine: Engine, shop: Shop, file: Path, programme: Programme
) -> Iterator[Restore]:
    """Makes a shop of the file; LINE and its people are those that the old one had."""
    opened: list[Engine] = []

    def make(secret: str = SECRET) -> Shop:
        engine.dispose()
        url = request.getfixturevalue("empty_database")
        backups.restore(url, secret, file, now=shop.now, programme=programme)
        opened.append(databases.connect(url))
        other = copy.copy(shop)
        other.sessions = databases.sessions(opened[0], SECRET)
        return other

    yield make
    for each in opened:
        with databases.sessions(each, SECRET)() as session:
            assert invariants.check(session) == []
        each.dispose()


def keep(shop: Shop, file: Path) -> backups.Manifest:
    engine = shop.sessions.kw["bind"]
    return backups.make(engine, SECRET, file, now=shop.now)


def release(shop: Shop) -> None:
    with shop.sessions.begin() as session:
        outbox_holds.lift(session, outbox_holds.PUSHES)


def held(shop: Shop) -> list[str]:
    with shop.sessions() as session:
        return [hold.scope for hold in outbox_holds.holds(session)]


def a_lost_day(shop: Shop, file: Path) -> list[Member]:
    """Messages wait, a backup is made, the messages go out, and then all but LINE is lost."""
    friends = [shop.friend(f"團友{number}") for number in range(FRIENDS)]
    for number, friend in enumerate(friends):
        shop.plan(friend, marketing=number % 2 == 0)
    shop.plan(shop.mei, "later", due_at=shop.now + 4 * DAY)
    keep(shop, file)
    assert shop.drain().sent == FRIENDS
    return friends


@pytest.mark.parametrize(("after", "end"), [(HOUR, State.SENT), (3 * DAY, State.UNKNOWN)])
def test_a_restored_shop_answers_and_pushes_nothing_until_released_and_nothing_twice(
    shop: Shop, file: Path, restore: Restore, after, end
):
    friends = a_lost_day(shop, file)
    shop.now += after
    restored = restore()

    assert held(restored) == [outbox_holds.PUSHES]
    assert restored.drain() == Tally(parked=FRIENDS)
    restored.answer(restored.mei)
    assert restored.drain().sent == 1
    assert restored.heard() == ["answer 1"]
    assert [restored.heard(friend) for friend in friends] == [["news 1"]] * FRIENDS

    release(restored)
    restored.drain()
    assert [restored.heard(friend) for friend in friends] == [["news 1"]] * FRIENDS
    assert restored.states()[:FRIENDS] == [end] * FRIENDS
    restored.drain(restored.now + 4 * DAY)
    assert restored.heard() == ["answer 1", "news later"]


def test_the_control_a_shop_restored_without_a_hold_pushes_twice(
    shop: Shop, file: Path, restore: Restore
):
    friends = a_lost_day(shop, file)
    shop.now += 3 * DAY
    restored = restore()
    release(restored)
    with restored.sessions.begin() as session:
        session.execute(update(OutboxMessage).values(first_tried_at=None, counted_at=None))

    restored.drain()

    assert [restored.heard(friend) for friend in friends] == [["news 1"] * 2] * FRIENDS


def test_answers_and_riders_of_the_backup_end_as_unknown(shop: Shop, file: Path, restore: Restore):
    shop.plan(shop.mei, "rider", rides=True, due_at=shop.now + 9 * DAY)
    shop.answer(shop.mei)
    keep(shop, file)

    restored = restore()

    assert restored.states() == ["unknown", "unknown"]
    release(restored)
    assert restored.drain() == Tally()


def test_a_backup_made_while_the_shop_works_is_of_one_moment(
    shop: Shop, file: Path, restore: Restore
):
    stop, begun = threading.Event(), threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with shop.sessions.begin() as session:
                audit.record(session, actor="t", action="a", subject=str(number), now=shop.now)
                session.flush()
                row = {"actor": "t", "action": "b", "subject": str(number)}
                audit.record(session, **row, now=shop.now)
            if number == 5:
                begun.set()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(30)
    made = keep(shop, file)
    stop.set()
    thread.join()
    restored = restore()

    with restored.sessions() as session:
        counts = dict(
            session.execute(
                select(AuditEntry.action, func.count()).group_by(AuditEntry.action)
            ).all()
        )
        assert invariants.check(session) == []
    assert counts["a"] == counts["b"] >= 5
    assert made.rows["audit_log"] == counts["a"] * 2


def test_a_restored_shop_goes_on_counting_and_its_secrets_open(
    shop: Shop, file: Path, restore: Restore
):
    before = shop.mei.id
    keep(shop, file)

    restored = restore()

    assert restored.friend("小林").id > before


@pytest.mark.tampers
@pytest.mark.parametrize("damage", ["cut", "changed", "no zip"])
def test_a_damaged_backup_is_refused(shop: Shop, file: Path, restore: Restore, damage):
    keep(shop, file)
    whole = file.read_bytes()
    if damage == "changed":
        change(file)
    else:
        file.write_bytes(whole[: len(whole) // 2] if damage == "cut" else b"something else")

    with pytest.raises(BadBackup):
        restore()


def change(file: Path) -> None:
    """One byte of the first part, with the archive's own checksum made right again."""
    with zipfile.ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    first = next(name for name, content in parts.items() if content)
    parts[first] = parts[first][:-1] + bytes([parts[first][-1] ^ 1])
    with zipfile.ZipFile(file, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


@pytest.mark.tampers
def test_another_secret_key_is_refused(shop: Shop, file: Path, restore: Restore):
    keep(shop, file)

    with pytest.raises(BadBackup, match="SECRET_KEY"):
        restore("another")


def test_a_shop_that_is_not_empty_is_left_alone(
    shop: Shop, database: str, file: Path, programme: Programme
):
    keep(shop, file)
    with pytest.raises(BadBackup, match="there is a shop"):
        backups.restore(database, SECRET, file, now=shop.now, programme=programme)

    with pytest.raises(BadBackup, match="name another"):
        keep(shop, file)
    assert shop.drain() == Tally()
    assert not list(file.parent.glob(".*"))


def test_a_campaign_of_the_lost_day_is_planned_again_and_reaches_everybody_once(
    shop: Shop, file: Path, restore: Restore, programme: Programme
):
    noon = shop.now
    with shop.sessions.begin() as session:
        mei = session.get_one(Member, shop.mei.id)
        mei.birth_month, mei.birth_day = 11, 24
    shop.now = noon - 16 * HOUR
    tick(shop.sessions, now=shop.now, programme=programme)
    keep(shop, file)
    shop.now = noon
    tick(shop.sessions, now=shop.now, programme=programme)
    shop.drain()
    congratulated = greetings(shop)
    shop.now = noon + HOUR
    restored = restore()
    with restored.sessions() as session:
        rules = list(session.scalars(select(OutboxMessage.rule)))
    assert "birthday" in rules

    release(restored)
    tick(restored.sessions, now=restored.now, programme=programme)
    restored.drain()

    assert greetings(restored) == congratulated == 1


def greetings(shop: Shop) -> int:
    said = shop.platform.heard(shop.mei.line_user_id)
    return sum("生日快樂" in str(message) for message in said)
