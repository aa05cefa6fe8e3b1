"""What a process runs on: sessions, LINE, clock, programme. Wired once, from settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from bot.http import HttpTransport
from bot.line import Line
from bot.settings import Settings
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

    def close(self) -> None:
        """Give connections back."""
        self.engine.dispose()
        self.wakeups.close()


def build(settings: Settings, *, clock: Clock = wall_clock, line: Line | None = None) -> Runtime:
    """Wire a process from its settings; the emulator brings its own clock and LINE.

    Raises:
        models.programme.BadProgramme: the rules file has a mistake.
    """
    engine = database.connect(settings.database_url)
    transport = HttpTransport(api_base=settings.api_base, data_api_base=settings.data_api_base)
    return Runtime(
        settings=settings,
        engine=engine,
        sessions=database.sessions(engine, settings.secret_key),
        line=line or Line(transport, settings.access_token),
        programme=programme.load(settings.programme),
        clock=clock,
        wakeups=Wakeups(settings.redis_url),
    )
