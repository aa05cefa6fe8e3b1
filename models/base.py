"""What every record stands on: the declarative base, time, money's refusals and private text.

Times are aware and UTC in Python whatever the database keeps; a naive one is
refused at the door, because it would be wrong by eight hours some day.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Insert,
    Integer,
    MetaData,
    Table,
    any_,
    bindparam,
    literal,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

TAIPEI = ZoneInfo("Asia/Taipei")
Item = TypeVar("Item")

# SQLite only counts up on its own in a column of type INTEGER
Id = BigInteger().with_variant(Integer(), "sqlite")


def N_(msgid: str) -> str:
    """Mark a text for translation where it is written but not yet rendered."""
    return msgid


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored as UTC.

    Raises:
        ValueError: a naive datetime was given.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: give it a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite forgets the zone
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Refusal(Exception):
    """The shop says no. Carries a message id and its values; undoes the transaction.

    `buttons` are commands (words a member could have typed) that lead on from here.
    With `keeps` what was written before the refusal stays: a count of wrong tries, say.
    """

    buttons: tuple[str, ...] = ()
    keeps: bool = False

    def __init__(self, msgid: str, **values: Any) -> None:
        super().__init__(msgid)
        self.msgid, self.values = msgid, values

    def __str__(self) -> str:
        return self.msgid.format(**self.values)

    def leads(self, words: str) -> list[tuple[str, str]]:
        """Buttons that lead on, as label and command; `words` are what was refused."""
        return [(button, button) for button in self.buttons]


class Vault:
    """Seals personal text, and makes look-up marks that reveal nothing without the key."""

    def __init__(self, secret: str) -> None:
        key = hashlib.sha256(b"tuanyou/vault/" + secret.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))
        self._mark_key = hashlib.sha256(b"tuanyou/mark/" + secret.encode()).digest()
        self._hiding = AESSIV(hashlib.sha512(b"tuanyou/hide/" + secret.encode()).digest())

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text again; an empty string if it was sealed with another key."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return ""

    def hide(self, data: bytes) -> str:
        """A few bytes as a word for an address, the same each time, that nobody else can make."""
        hidden = self._hiding.encrypt(data, None)
        return base64.urlsafe_b64encode(hidden).decode().rstrip("=")

    def reveal(self, word: str) -> bytes | None:
        """What was hidden; None if it was not by this key, or the word was changed."""
        try:
            hidden = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
            found = self._hiding.decrypt(hidden, None)
        except (InvalidTag, ValueError):
            return None
        return found if self.hide(found) == word else None

    def mark(self, text: str) -> str:
        """The same mark for the same text, for unique columns and look-ups."""
        return hmac.new(self._mark_key, text.encode(), hashlib.sha256).hexdigest()


def vault(session: Session) -> Vault:
    """The vault this session was opened with."""
    found = session.info["vault"]
    return cast("Vault", found)


def local_day(at: datetime) -> date:
    """The day in Taipei on which an instant falls."""
    return at.astimezone(TAIPEI).date()


def day_start(day: date) -> datetime:
    """Midnight in Taipei at which `day` begins, as UTC."""
    return datetime.combine(day, time(), TAIPEI).astimezone(UTC)


def end_of_day(day: date, *, days_later: int = 0) -> datetime:
    """The first instant after `day` (plus `days_later`) is over in Taipei, as UTC."""
    return day_start(day + timedelta(days=days_later + 1))


def insert(session: Session, table: type[Base] | Table) -> postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the session's dialect.

    Typed as PostgreSQL's; SQLite's has the same two methods.
    """
    return insert_for(dialect(session), table)


def insert_for(dialect_name: str, table: type[Base] | Table) -> postgresql.Insert:
    """`insert` for a statement that is made once for a dialect."""
    target = table if isinstance(table, Table) else table.__table__
    if dialect_name == "postgresql":
        return postgresql.insert(cast("Table", target))
    return cast("postgresql.Insert", cast("Insert", sqlite.insert(cast("Table", target))))


def dialect(session: Session) -> str:
    """`postgresql` or `sqlite`."""
    return session.get_bind().dialect.name


def among(session: Session, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """Whether the column is one of the values: the same statement for however many."""
    if dialect(session) == "postgresql":
        listed = literal(list(values), ARRAY(column.type))
        return cast("ColumnElement[bool]", column == any_(listed))
    return cast("ColumnElement[bool]", column.in_(values))


def among_given(dialect_name: str, column: Any, name: str = "asked") -> ColumnElement[bool]:
    """`among` for a statement that is made once for a dialect; its values are a parameter."""
    if dialect_name == "postgresql":
        of = bindparam(name, type_=ARRAY(column.type))
        return cast("ColumnElement[bool]", column == any_(of))
    return cast("ColumnElement[bool]", column.in_(bindparam(name, expanding=True)))


def batches(items: Sequence[Item], size: int = 500) -> Iterator[Sequence[Item]]:
    """`items` in slices short enough for one statement."""
    return (items[start : start + size] for start in range(0, len(items), size))
