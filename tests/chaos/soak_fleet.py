"""Many machines: the processes of the Procfile several times over, killed and watched.

The first of each kind is never killed, so that its memory can be followed.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
from pathlib import Path

from tests.processes import Processes, ask, eventually, procfile
from tests.servers import free_port

KINDS = ("web", "worker", "scheduler")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Fleet:
    """`each` processes of each kind; `commands` take the place of the Procfile's."""

    def __init__(self, folder: Path, each: int, commands: dict[str, str], **settings: str) -> None:
        self.processes = Processes(folder, **settings)
        self.commands = procfile() | commands
        self.names = [f"{kind}{number}" for number in range(1, each + 1) for kind in KINDS]
        self.ports = {name: free_port() for name in self.names if name.startswith("web")}
        self.kills = 0
        self.stopped: dict[str, tuple[int, float]] = {}

    def start(self) -> None:
        self.processes.run(self.commands["release"])
        for name in self.names:
            self.begin(name)
        eventually(lambda: all(map(self._up, self.ports.values())), "every web answers")

    def begin(self, name: str) -> None:
        port = str(self.ports.get(name, self.processes.port))
        self.processes.start(name, self.commands[name.rstrip("0123456789")], PORT=port)

    def kill(self, name: str) -> None:
        """Gone from one moment to the next, and started again at once."""
        self.processes.kill(name)
        self.kills += 1
        self.begin(name)

    def replace(self, name: str) -> None:
        """Asked to end in the middle of its work, and started again, as a release does."""
        pid = self.processes.running[name].pid
        eventually(lambda: hears_sigterm(pid), f"{name} has begun")
        self.stopped[f"{name} under load"] = self.processes.end(name)
        self.begin(name)

    def stop(self) -> dict[str, tuple[int, float]]:
        """Exit statuses and seconds of everything that was asked to end."""
        return self.stopped | self.processes.stop()

    def kill_one(self, chance: random.Random) -> str:
        """Any but the first of a kind; of a web sometimes only one of its own workers."""
        name = chance.choice(self.names[len(KINDS) :])
        children = made_by(self.processes.running[name].pid)
        if children and chance.random() < 0.5:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)
            self.kills += 1
            return f"one of {name}"
        self.kill(name)
        return name

    def memory(self) -> dict[str, int]:
        """Bytes that the first of each kind takes, by process, with those it made."""
        found = {}
        for name in self.names[: len(KINDS)]:
            process = self.processes.running[name]
            for place, pid in enumerate([process.pid, *made_by(process.pid)]):
                with contextlib.suppress(OSError):
                    found[f"{name}.{place}" if place else name] = resident(pid)
        return found

    def ended(self) -> list[str]:
        """Those that ended although nobody killed them."""
        running = self.processes.running.items()
        return [name for name, process in running if process.poll() is not None]

    def _up(self, port: int) -> bool:
        assert not self.ended(), self.processes.logs()
        with contextlib.suppress(OSError):
            return ask(port, "GET", "/healthz")[0] == 200
        return False


def made_by(pid: int) -> list[int]:
    """The processes that a process made and that still run."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in children.split()]


def hears_sigterm(pid: int) -> bool:
    """Whether it does something of its own about it; not so in the moment of its start."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = int(status.split("SigCgt:")[1].split()[0], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def slope(samples: list[tuple[float, float]]) -> float:
    """How much a value grows in a second, by least squares over the last two thirds."""
    late = samples[len(samples) // 3 :]
    if len(late) < 3:
        return 0.0
    x = sum(at for at, _ in late) / len(late)
    y = sum(value for _, value in late) / len(late)
    spread = sum((at - x) ** 2 for at, _ in late)
    return sum((at - x) * (value - y) for at, value in late) / spread
