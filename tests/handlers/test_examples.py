"""What the help shows can be typed just so."""

from __future__ import annotations

import re

import handlers
from bot import router

UNREAD = re.compile("請這樣輸入|看不懂|看不出|要寫是|沒有叫|不認得")


def test_every_example_is_understood(shop, boss, mei):
    handlers.load()
    commands = dict.fromkeys(router.COMMANDS.values())
    examples = sorted({command.example for command in commands if command.example})
    mei.says("稱呼 小美")
    for line in ("愛文芒果 450", "蘋果 100", "A 高麗菜 220 / B 韭菜 230"):
        boss.says(f"/開團 {line}")
        boss.says("確認")
    boss.says("/標籤 小美 +母嬰")

    heard = {each: boss.says(each).text for each in examples}

    assert {each: text for each, text in heard.items() if UNREAD.search(text)} == {}
