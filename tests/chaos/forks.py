"""Processes of our own, started at once, so that a test may kill or stop them at will.

One parent imports everything and forks for each line it reads; a fresh
interpreter would be killed before it had finished its imports.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Forks:
    """Starts processes that do `work(number, **given)`, numbered from nought.

    `work` is a function of a module, and what it is given can be written as JSON.
    """

    def __init__(self, work: Callable[..., object], **given: Any) -> None:
        named = [work.__module__, work.__name__, json.dumps(given)]
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.forks", *named],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        self.pids: list[int] = []

    def start(self) -> int:
        """Start one more; its process id."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write("start\n")
        self._parent.stdin.flush()
        pid = int(self._parent.stdout.readline())
        self.pids.append(pid)
        return pid

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self.pids.remove(pid)

    def close(self) -> None:
        """Kill those that are left, and their parent."""
        for pid in list(self.pids):
            self.kill(pid)
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.stdout.close()
        self._parent.wait(10)


def main(module: str, function: str, given: str) -> None:
    work: Callable[..., object] = getattr(import_module(module), function)
    # the dead need not be waited for
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for number, _ in enumerate(sys.stdin):
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            work(number, **json.loads(given))
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
