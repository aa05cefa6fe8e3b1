"""A grown shop: gunicorn with two web processes, and workers, all of which may be killed."""

from __future__ import annotations

import signal
import threading
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import psutil
from sqlalchemy import Engine, text

import bot.worker
import handlers
from bot import assembly
from bot.runtime import build
from bot.settings import Settings
from models import database
from tests.chaos.forks import Forks
from tests.conftest import SECRET
from tests.processes import SECRETS, Processes, procfile

HOLD = 4.0  # seconds for which a killed worker keeps the others from its lanes

handlers.load()  # before the forks, who may not live long enough for it


def work(
    _number: int,
    *,
    url: str,
    line: str,
    redis: str | None,
    owner: str | None,
    hold: float,
) -> None:
    """Be a worker until killed."""
    settings = Settings(
        channel_secrets=(SECRETS["LINE_CHANNEL_SECRET"],),
        access_token=SECRETS["LINE_CHANNEL_ACCESS_TOKEN"],
        secret_key=SECRET,
        database_url=url,
        api_base=line,
        data_api_base=line,
        redis_url=redis,
        owner=owner,
        quiet_hours=None,
    )
    bot.worker.HOLD = timedelta(seconds=hold)
    assembly.Worker(build(settings)).start()
    threading.Event().wait()


class Fleet(AbstractContextManager["Fleet"]):
    """The processes of one shop on a database that has its tables."""

    def __init__(
        self,
        folder: Path,
        url: str,
        line: str,
        *,
        workers: int = 2,
        redis: str | None = None,
        owner: str | None = None,
    ) -> None:
        engine = database.connect(url)
        say_it_is_new(engine)
        engine.dispose()
        more = {"REDIS_URL": redis or "", "OWNER_LINE_ID": owner or ""}
        self.web = Processes(
            folder, DATABASE_URL=url, LINE_API_BASE=line, SECRET_KEY=SECRET, **more
        )
        given: dict[str, Any] = {"url": url, "line": line, "redis": redis, "owner": owner}
        self.workers, self._count = Forks(work, **given, hold=HOLD), workers
        self._opened = ExitStack()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.web.port}/callback"

    def __enter__(self) -> Self:
        self._opened.callback(self.workers.close)
        self._opened.callback(self.web.close)
        self.web.start("web", procfile()["web"])
        for _ in range(self._count):
            self.workers.start()
        self.web.listening()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def kill_a_worker(self, which: int = 0) -> None:
        self.workers.kill(self.workers.pids[which])
        self.workers.start()

    def kill_a_web(self) -> None:
        """One of the two that answer; gunicorn starts another."""
        for child in psutil.Process(self.web.running["web"].pid).children()[:1]:
            child.send_signal(signal.SIGKILL)


def say_it_is_new(engine: Engine) -> None:
    """The tests make tables at once and not by migrations; a process wants to know which."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(
            text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": database.newest()}
        )
