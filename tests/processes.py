"""The shop's processes as an operator starts them, beside LINE played over HTTP."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import honcho.environ
import orjson

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
SECRETS = {
    "LINE_CHANNEL_SECRET": "channel-secret-of-the-tests",
    "LINE_CHANNEL_ACCESS_TOKEN": "token-of-the-tests",
    "SECRET_KEY": "secret-key-of-the-tests",
}
# named so that no file of settings on the machine of a developer is heard
UNSET = ("LINE_API_BASE", "LINE_DATA_API_BASE", "DATABASE_URL", "REDIS_URL", "OWNER_LINE_ID")
UNSET += ("PROGRAMME", "PORT", "LOG_FORMAT", "SENTRY_DSN", "FLASK_APP")
PATIENCE = 60.0  # seconds; the machine may be busy
STOP_WITHIN = 10.0
Found = TypeVar("Found")


def environment(**settings: str) -> dict[str, str]:
    """What a process of the shop is started with; nothing of the tester's own is left."""
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FLASK_")}
    return (
        {**clean, "PATH": path, "PYTHONWARNINGS": "default"}
        | dict.fromkeys(UNSET, "")
        | {"QUIET_HOURS": "21:30-09:00", "PUBLIC_URL": "http://127.0.0.1:8000"}
        | SECRETS
        | settings
    )


def procfile() -> dict[str, str]:
    """The commands by the names of their processes, as a process runner reads them."""
    text = (ROOT / "Procfile").read_text(encoding="utf-8")
    return dict(honcho.environ.parse_procfile(text).processes)


def run(command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the shop to its end, from the root as an operator would."""
    return subprocess.run(
        shlex.split(command),
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def eventually(look: Callable[[], Found], what: str, seconds: float = PATIENCE) -> Found:
    """The first thing found that counts as true."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.02)
    return found


def ask(port: int, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """One request to this machine; the answer's status and body, JSON read."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        sent = None if body is None else orjson.dumps(body)
        line.request(method, path, sent, {"Content-Type": "application/json"})
        answer = line.getresponse()
        data = answer.read()
    is_json = answer.headers.get_content_type() == "application/json"
    return answer.status, orjson.loads(data) if is_json else data.decode()


class Processes:
    """Processes of one shop: started, watched and stopped together."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        self.settings = {"PORT": str(self.port), **settings}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: str, **settings: str) -> None:
        """Start a process in a group of its own; `settings` are for this one only."""
        with self._log(name).open("ab") as log:
            self.running[name] = subprocess.Popen(
                shlex.split(command),
                cwd=ROOT,
                env=environment(**self.settings | settings),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """End a process and those it made, in the middle of whatever they do."""
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def ready(self) -> None:
        """Wait until everything works."""
        eventually(lambda: self._answers("/readyz"), f"the shop is ready\n{self.logs()}")

    def listening(self) -> None:
        """Wait until the web answers."""
        eventually(lambda: self._answers("/healthz"), f"the web answers\n{self.logs()}")

    def end(self, name: str) -> tuple[int, float]:
        """SIGTERM to one of them; its exit status, and the seconds it took."""
        began, process = time.monotonic(), self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(PATIENCE), time.monotonic() - began

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside them, which must end well."""
        done = run(command, **self.settings)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done

    def json(self, command: str) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.run(f"{command} --json").stdout)
        return found

    def stop(self) -> dict[str, tuple[int, float]]:
        """SIGTERM to all at once; the exit status of each, and the seconds it took."""
        began = time.monotonic()
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        ended = {}
        for name, process in self.running.items():
            status = process.wait(PATIENCE)
            ended[name] = (status, time.monotonic() - began)
        self.running.clear()
        return ended

    def close(self) -> None:
        for name in list(self.running):
            self.kill(name)

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _answers(self, path: str) -> bool:
        for name, process in self.running.items():
            assert process.poll() is None, f"{name} has ended:\n{self._log(name).read_text()}"
        with contextlib.suppress(OSError, http.client.HTTPException):
            return ask(self.port, "GET", path)[0] == 200
        return False


@dataclass
class Phone:
    """Somebody with LINE, by way of the emulator's control API."""

    port: int
    id: str
    seen: int = 0

    def follows(self, *, hears: str) -> None:
        """Add the account and wait for these words."""
        self._does("follow", {}, hears)

    def says(self, words: str, *, hears: str) -> None:
        """Write something and wait for these words; others may come before them."""
        self._does("say", {"text": words}, hears)

    def hears(self) -> str:
        """What the bot wrote since the last time, as one text."""
        path = f"/_emulator/chat/{quote(self.id)}?after={self.seen}"
        _, chat = ask(self.port, "GET", path)
        self.seen = chat["seq"]
        news = [item["message"] for item in chat["items"] if item["sender"] == "bot"]
        return "\n".join(orjson.dumps(message).decode() for message in news)

    def _does(self, act: str, body: dict[str, str], expected: str) -> None:
        self.hears()
        status, answer = ask(self.port, "POST", f"/_emulator/people/{self.id}/{act}", body)
        assert status == 200, answer
        heard, deadline = "", time.monotonic() + PATIENCE
        while expected not in heard:
            assert time.monotonic() < deadline, f"no {expected!r} after {act} {body}: {heard}"
            time.sleep(0.02)
            heard += self.hears()


@contextlib.contextmanager
def emulator(webhook: int | str) -> Iterator[tuple[int, Callable[[str], Phone]]]:
    """`python -m emulator` on a port of its own, and its people by name.

    `webhook` is the address it calls, or the port of one on this machine.
    """
    if isinstance(webhook, int):
        webhook = f"http://127.0.0.1:{webhook}/callback"
    command = [sys.executable, "-m", "emulator", "--port", "0", "--webhook", webhook]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
            assert found, "the emulator did not start"
            port = int(found[1])
            people = {
                each["name"]: each["id"]
                for each in ask(port, "GET", "/_emulator/state")[1]["people"]
            }
            yield port, lambda name: Phone(port, people[name])
        finally:
            process.terminate()
            process.wait(PATIENCE)
