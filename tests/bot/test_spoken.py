"""What members say instead of a command's own word finds the same command."""

from __future__ import annotations

import pytest

import handlers
from bot import router, spoken
from bot.spoken_words import SAID
from models.people.roles import Role


@pytest.fixture(scope="module", autouse=True)
def _commands() -> None:
    handlers.load()


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("点数", "點數"),
        ("我的點數餘額", "點數"),
        ("poitns", "點數"),
        ("請問有什麼團？", "團購"),
        ("開團中", "團購"),
        ("不好意思請問什麼時候可以拿", "我的訂單"),
        ("我的定單", "我的訂單"),
        ("有登記到嗎", "我的訂單"),
        ("優惠卷", "優惠券"),
        ("邀請好友", "邀請"),
        ("已匯 1240 末五碼 12345", "匯款 12345"),
        ("轉帳末５碼１２３４５ 謝謝", "匯款 12345"),
        ("我匯了 54321", "匯款 54321"),
        ("匯了499元", "匯款 499元"),
        ("生日3月5日", "生日 3/5"),
        ("我的電話0912-345-678", "手機 0912345678"),
        ("推薦碼ABCDE12345", "推薦碼 ABCDE12345"),
        ("為什麼我是銀級", "為什麼是銀級"),
        ("取消訂單 #1024", "取消 1024"),
        ("退貨 2048", "退換 2048"),
        ("敲碗 草莓大福", "敲碗 草莓大福"),
        ("收到的蛋破了兩顆", "客服 收到的蛋破了兩顆"),
        ("不要再傳廣告", "停止行銷"),
        ("我要邀請朋友", "邀請"),
        ("我想看優惠券", "優惠券"),
        ("我要團購", "團購"),
    ],
)
def test_natural_words_find_the_command(said: str, command: str) -> None:
    assert spoken.recognise(said) == command


@pytest.mark.parametrize(
    "said",
    [
        "",
        "+1",
        "兩箱",
        "取消",
        "確認",
        "A改B",
        "謝謝",
        "今天天氣真好",
        "薪水匯進來了",
        "12345",
        "會壞嗎",
        "不要再傳廣播",
        "字" * 500,
    ],
)
def test_other_talk_finds_none(said: str) -> None:
    assert spoken.recognise(said) is None


def test_what_is_said_for_one_command_is_no_word_of_another() -> None:
    wrong = {
        word: (canonical, entry.command.words[0])
        for canonical, said in SAID.items()
        for word in said.split()
        if (entry := router.find(word.replace("_", " "), Role.MEMBER)) is not None
        and entry.exact
        and entry.command.words[0] in SAID
        and entry.command.words[0] != canonical
    }

    assert wrong == {}


def test_nothing_is_said_for_two_commands() -> None:
    said = [word for words in SAID.values() for word in words.split()]

    assert sorted(said) == sorted(set(said))
