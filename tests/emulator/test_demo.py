"""bin/demo: its story, its clock, and what it does when something is wrong."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from emulator import demo, story
from emulator.embedded import EmbeddedShop
from emulator.terminal import transcript
from emulator.travel import FARTHEST, CannotTravel
from models.base import local_day
from tests.emulator.demo_shop import NOON, clock, heard, opened, wait_for

ROOT = Path(demo.__file__).parents[1]
DEMO = [sys.executable, "-m", "emulator.demo"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[EmbeddedShop]:
    with opened(tmp_path) as made:
        yield made


def joined(shop: EmbeddedShop, name: str = "小美") -> str:
    """A new friend of the shop."""
    person = shop.platform.add_user(name)
    shop.platform.follow(person)
    wait_for(shop, person, "歡迎加入")
    return person


def test_the_story_is_told_and_every_step_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = demo.run(EmbeddedShop(tmp_path, clock()), None)

    told = capsys.readouterr().out
    assert status == 0, told
    for words in ("小美 ▸ 會員卡", "小美 ▸ 點數", "小美 ▸ 等級", "小美 ▸ 優惠券", "匯入完成"):
        assert words in told
    assert told.index("生日快樂") > told.index("早上 9:00") > told.index("銀級")
    # a line of the log may still follow
    assert any(line.startswith("每一步都如預期") for line in told.splitlines()[-5:])
    assert max(len(line) for line in told.splitlines() if line.startswith("    ")) <= 78


def test_a_step_that_goes_wrong_is_named_and_fails_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Headless(EmbeddedShop):
        """Nobody is appointed, so nobody may import."""

        def appoint(self, line_user_id: str) -> None:
            del line_user_id

    status = demo.run(Headless(tmp_path, clock()), None)

    assert status == 1
    assert "不如預期：expected 可以匯入, 確認匯入 but heard: 收到檔案了" in capsys.readouterr().err


def test_a_word_that_was_not_heard_is_missed() -> None:
    story.expect("可用點數：0 點", "0 點")
    with pytest.raises(story.NotAsExpected, match="1 點"):
        story.expect("可用點數：0 點", "1 點")


def test_a_month_passes_quickly_and_the_quota_moves(shop: EmbeddedShop) -> None:
    shop.settle()
    sent = shop.platform.quota_used
    shop.travel({"to": "2026-11-25T12:00"})
    more = shop.platform.quota_used
    begun = time.monotonic()

    arrived = shop.travel({"jump": "month"})

    assert arrived["now"].startswith("2026-12-25T01:00:0")
    assert shop.platform.clock() >= NOON + timedelta(days=30)
    assert arrived["ticks"] > 60
    assert more > sent > 0
    assert shop.waiting() == 0
    assert time.monotonic() - begun < 60


def test_the_birthday_is_where_the_jump_ends(shop: EmbeddedShop) -> None:
    mei, lin = joined(shop), joined(shop, "小林")
    shop.platform.say(mei, "生日 11/28")
    wait_for(shop, mei, "新客禮送給你")

    shop.travel({"jump": "birthday", "person": mei})

    assert local_day(shop.clock()).isoformat() == "2026-11-28"
    assert heard(shop, mei).count("生日快樂") == 1
    assert "生日快樂" not in heard(shop, lin)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ({}, "請給一個時間"),
        ({"to": "yesterday"}, "請給一個時間"),
        ({"to": None}, "請給一個時間"),
        ({"jump": "back"}, "請給一個時間"),
        ({"to": "2026-11-24T11:59"}, "只能往前走"),
        ({"to": (NOON + FARTHEST + timedelta(hours=1)).isoformat()}, "最多前進 400 天"),
        ({"to": "9999-12-31T23:59:59-23:59"}, "請給一個時間"),
    ],
)
def test_where_nobody_can_travel_is_said_in_a_sentence(
    tmp_path: Path, asked: dict[str, object], answered: str
) -> None:
    still = EmbeddedShop(tmp_path, clock())

    with pytest.raises(CannotTravel, match=answered):
        still.travel(asked)


def test_a_birthday_nobody_told_cannot_be_travelled_to(shop: EmbeddedShop) -> None:
    mei = joined(shop)

    with pytest.raises(CannotTravel, match="生日 3/5"):
        shop.travel({"jump": "birthday", "person": mei})


def test_while_line_is_broken_the_offer_waits_and_then_comes_once(shop: EmbeddedShop) -> None:
    mei = joined(shop)
    shop.platform.say(mei, "生日 11/25")
    wait_for(shop, mei, "新客禮送給你")

    shop.platform.faults.set({"fail_before": 1.0})
    shop.travel({"jump": "tomorrow"})
    broken = heard(shop, mei)
    shop.platform.faults.set({"fail_before": 0.0})
    shop.travel({"to": (shop.clock() + timedelta(minutes=40)).isoformat()})

    assert "生日快樂" not in broken
    assert heard(shop, mei).count("生日快樂") == 1


def test_messages_are_printed_in_short_lines() -> None:
    words = "我的點數。可用點數：29 點；" + "很長的一句話" * 20 + "。按鈕：點數明細。"
    message = {
        "type": "flex",
        "altText": words,
        "quickReply": {"items": [{"action": {"label": "會員卡"}}]},
    }

    lines = list(transcript(message))

    assert lines[:2] == ["    ┌ 我的點數", "    │ 可用點數：29 點"]
    assert lines[-1] == "    └ 〔會員卡〕"
    assert max(map(len, lines)) <= 45
    assert list(transcript(message, brief=True))[1] == "    │ ……"


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run(
            DEMO,
            check=False,
            cwd=ROOT,
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert ended.returncode == 1
    assert ended.stderr == (
        f"Error: port {port} cannot be used (Address already in use): "
        "name another one, as in PORT=8001 bin/demo\n"
    )


def test_ctrl_c_ends_it_within_seconds() -> None:
    with subprocess.Popen(
        DEMO,
        cwd=ROOT,
        env={**os.environ, "PORT": "0", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        assert running.stdout is not None
        told = ""
        for line in running.stdout:
            told += line
            if "聊天頁面" in line:
                break
        asked = time.monotonic()
        running.send_signal(signal.SIGINT)
        told += running.stdout.read()
        status = running.wait(30)

    assert status == 0, told
    assert re.search(r"http://127\.0\.0\.1:\d+/", told)
    assert "Traceback" not in told
    assert time.monotonic() - asked < 8
