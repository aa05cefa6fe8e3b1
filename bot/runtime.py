"""What a process runs on: sessions, LINE, clock, programme. Wired once, from settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from bot.alerts import Alerts
from bot.contact import Contact
from bot.http import HttpTransport
from bot.line import Line
from bot.settings import BadSetting, Settings
from bot.wakeup_channels import channel
from bot.wakeups import Wakeups
from models import database, programme
from models.programme import Programme

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The time it is."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Runtime:
    """Everything an entry point is given; made once per process."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    line: Line
    programme: Programme
    clock: Clock = wall_clock
    wakeups: Wakeups = field(default_factory=Wakeups)
    contact: Contact = field(default_factory=Contact)

    @cached_property
    def alerts(self) -> Alerts:
        """What tells whoever looks after the shop."""
        return Alerts(self.sessions, self.clock, self.settings.owner)

    def close(self) -> None:
        """Give connections back."""
        self.wakeups.close()
        self.engine.dispose()


def build(settings: Settings, *, clock: Clock = wall_clock, line: Line | None = None) -> Runtime:
    """Wire a process from its settings; the emulator brings its own clock and LINE.

    Raises:
        BadSetting: the database cannot be opened at this address.
        models.programme.BadProgramme: the rules file has a mistake.
    """
    engine = connect(settings)
    transport = HttpTransport(api_base=settings.api_base, data_api_base=settings.data_api_base)
    return Runtime(
        settings=settings,
        engine=engine,
        sessions=database.sessions(engine, settings.secret_key),
        line=line or Line(transport, settings.access_token),
        programme=programme.load(settings.programme),
        clock=clock,
        wakeups=Wakeups(channel(settings.redis_url, engine)),
    )


def connect(settings: Settings) -> Engine:
    """The engine for the database of the settings; opens nothing yet.

    Raises:
        BadSetting: there can be no database at this address.
    """
    try:
        return database.connect(settings.database_url)
    except OSError as error:
        raise BadSetting(
            f"DATABASE_URL: its folder cannot be made ({error.strerror}): name another one"
        ) from None
