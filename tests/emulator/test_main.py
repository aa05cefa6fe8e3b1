"""`python -m emulator`, as the shop's processes meet it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "emulator", "--port", "0", "--webhook", "http://127.0.0.1:9/x"]
SECRETS = {"LINE_CHANNEL_SECRET": "new, old", "LINE_CHANNEL_ACCESS_TOKEN": "token"}


def start(*more: str, **environment: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LINE_")}
    return subprocess.Popen(
        [*COMMAND, *more],
        cwd=ROOT,
        env={**clean, "PYTHONUNBUFFERED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def running() -> Iterator[subprocess.Popen[str]]:
    process = start("--people", "小美, 阿土", "--quota", "0", **SECRETS)
    yield process
    process.kill()
    process.communicate()


def test_it_listens_and_tells_where_until_it_is_stopped(running: subprocess.Popen[str]) -> None:
    assert running.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:(\d+)", running.stdout.readline())
    assert found
    connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
    connection.request("GET", "/_emulator/state")
    state = orjson.loads(connection.getresponse().read())
    headers = {"Authorization": "Bearer token"}
    connection.request("GET", "/v2/bot/channel/webhook/endpoint", headers=headers)
    endpoint = orjson.loads(connection.getresponse().read())
    connection.close()

    assert [person["name"] for person in state["people"]] == ["小美", "阿土"]
    assert state["quota"] == {"limit": None, "used": 0}
    assert endpoint["endpoint"] == "http://127.0.0.1:9/x"
    running.send_signal(signal.SIGTERM)
    _, complaints = running.communicate(timeout=20)
    assert (running.returncode, complaints) == (0, "")


def test_without_a_secret_it_says_what_is_missing() -> None:
    process = start(LINE_CHANNEL_ACCESS_TOKEN="token")

    _, complaints = process.communicate(timeout=30)

    assert process.returncode == 2
    assert "--secret" in complaints


def test_a_taken_port_is_told_in_one_line(running: subprocess.Popen[str]) -> None:
    assert running.stdout is not None
    port = running.stdout.readline().split(",")[0].rsplit(":", 1)[1]

    process = start("--port", port, **SECRETS)
    _, complaints = process.communicate(timeout=30)

    assert process.returncode == 1
    assert complaints.startswith("Error: cannot listen on 127.0.0.1")
    assert complaints.count("\n") == 1
