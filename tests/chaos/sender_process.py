"""Senders as processes of their own, started at once, so that a test may kill them at will.

One parent imports everything and forks a sender for each line it reads; a
fresh interpreter would be killed before it had finished its imports.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.http import HttpTransport
from bot.line import Accepted, Line, accepted
from bot.sender import Sender
from bot.sender_delivery import Options
from models import database
from models.talk.policy import SendRules

TOKEN, SECRET = "token", "secret"
FASTER = 10  # the test's clock runs this much faster, so that leases and waits are short
OPTIONS = Options(lease=20.0, call=10.0, pause=0.05, at_once=40, reserved=0, poll=0.1)
ROOT = Path(__file__).resolve().parents[2]


def clock(started: float) -> datetime:
    """A time that runs faster than ours, the same in each process of a test."""
    noon = datetime(2026, 11, 24, 4, tzinfo=UTC)
    return noon + timedelta(seconds=(time.time() - started) * FASTER)


class Senders:
    """Starts sender processes on a database against a LINE."""

    def __init__(self, url: str, line: str, started: float, *, retry_keys: bool = True) -> None:
        given = {"url": url, "line": line, "started": started, "retry_keys": retry_keys}
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.sender_process", json.dumps(given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        self.pids: set[int] = set()

    def start(self) -> int:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write("start\n")
        self._parent.stdin.flush()
        pid = int(self._parent.stdout.readline())
        self.pids.add(pid)
        return pid

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self.pids.discard(pid)

    def close(self) -> None:
        for pid in list(self.pids):
            self.kill(pid)
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.stdout.close()
        self._parent.wait(10)


class WithoutRetryKeys(Line):
    """The control: what a sender does that knows no retry keys."""

    async def push(self, to: str, messages: list[dict[str, Any]], *, retry_key: str) -> Accepted:
        body = json.dumps({"to": to, "messages": messages}).encode()
        return accepted(await self._call("POST", "/v2/bot/message/push", body))


def send(url: str, line: str, started: float, retry_keys: bool) -> None:
    sessions = database.sessions(database.connect(url), SECRET)
    kind = Line if retry_keys else WithoutRetryKeys
    caller = kind(HttpTransport(api_base=line, timeout=2.0), TOKEN)
    rules = SendRules(quiet=None)
    Sender(sessions, caller, lambda: clock(started), rules, options=OPTIONS).run(threading.Event())


def main() -> None:
    given = json.loads(sys.argv[1])
    # the dead need not be waited for
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            send(**given)
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
