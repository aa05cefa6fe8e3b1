"""Processes that lack one protection each: the controls of a soak.

`forgetful` is a web that takes every webhook for a new one; the worker that
this module is when run sends without retry keys.
"""

from __future__ import annotations

import signal
import sys
import threading
from dataclasses import replace
from functools import cache
from uuid import uuid4

from app import create_app
from bot import runtime, settings
from bot.assembly import Worker
from bot.front import Front
from bot.http import HttpTransport
from bot.intake import Intake, Over
from models.talk.inbox import Arrival
from scheduler import campaigns
from tests.chaos.sender_process import WithoutRetryKeys

WEB = "gunicorn --config gunicorn.conf.py tests.chaos.soak_mutants:forgetful()"
WORKER = f"{sys.executable} -m tests.chaos.soak_mutants"


class ForgetfulIntake(Intake):
    """Gives every event a new id, as if LINE's had no unique column."""

    def _put(self, arrivals: list[Arrival], over: Over) -> None:
        super()._put([replace(each, event_id=str(uuid4())) for each in arrivals], over)


def forgetful() -> Front:
    app = create_app()

    @cache
    def intake() -> Intake:
        wired = app.extensions["runtime"]()
        return ForgetfulIntake(
            wired.sessions,
            secrets=wired.settings.channel_secrets,
            clock=wired.clock,
            wakeups=wired.wakeups,
        )

    app.extensions["intake"] = intake
    return Front(app)


def main() -> None:
    create_app()  # loads what answers
    campaigns.load()
    found = settings.read()
    transport = HttpTransport(api_base=found.api_base, data_api_base=found.data_api_base)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    work = Worker(runtime.build(found, line=WithoutRetryKeys(transport, found.access_token)))
    work.start()
    stop.wait()
    work.stop()


if __name__ == "__main__":
    main()
