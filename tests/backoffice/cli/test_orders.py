"""flask orders parse: JSON lines in, one reading a line out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result

from app import create_app

FIRST = {
    "catalogues": {
        "tea": [
            {
                "code": "A",
                "name": "高山茶包 20入",
                "aliases": ["茶包"],
                "unit": "盒",
                "price": 250,
                "options": {},
            }
        ]
    },
    "conventions": {"writer": "小林 writes every line; 小美, 阿珠 are other members; 老闆 is it"},
}


def line(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "context": "group", "offers": "tea", **more}


def parse(*lines: object) -> Result:
    """Runs the command on these lines: objects, or bytes as they are."""
    raw = b"\n".join(
        each if isinstance(each, bytes) else json.dumps(each).encode() for each in lines
    )
    return create_app().test_cli_runner().invoke(args=["orders", "parse"], input=raw)


def found(done: Result) -> list[dict[str, Any]]:
    return [json.loads(each) for each in done.stdout.splitlines()]


def test_every_line_is_answered_by_one_line_without_a_shop_or_settings() -> None:
    had = [{"item": "A", "option": None, "quantity": 2, "for": None}]

    done = parse(
        FIRST,
        line("幫小美+1"),
        line("-1", had=had),
        line("取消", had=had),
        line("要幾盒"),
        line("茶包 B+1"),
        line("我的點數", context="direct"),
    )

    assert done.exit_code == 0
    order, fewer, cancel, none, ask, command = found(done)
    assert order == {
        "expect": "order",
        "lines": [{"item": "A", "option": None, "quantity": 1, "for": "小美"}],
        "command": None,
    }
    assert fewer["lines"] == [
        {"item": "A", "option": None, "quantity": -1, "for": None, "op": "delta"}
    ]
    assert (cancel["expect"], cancel["lines"]) == ("cancel", [])
    assert none == {"expect": "none", "lines": [], "command": None}
    assert (ask["expect"], ask["missing"]) == ("ask", "item")
    assert (command["expect"], command["command"]) == ("command", "點數")


def test_whom_the_first_line_names_is_known() -> None:
    done = parse(FIRST, line("小林+1"), line("小美+1\n阿珠+1"))

    mine, theirs = found(done)
    assert [each["for"] for each in mine["lines"]] == [None]
    assert [each["for"] for each in theirs["lines"]] == ["小美", "阿珠"]


def test_quotes_are_heeded() -> None:
    done = parse(FIRST, line("+1", quotes="A"), line("+1", quotes_text="今天好熱"))

    assert [each["expect"] for each in found(done)] == ["order", "none"]


def test_empty_lines_are_passed_over() -> None:
    assert len(found(parse(FIRST, b"", line("+1"), b""))) == 1


@pytest.mark.parametrize(
    "broken",
    [
        b"{",
        b"[]",
        b"\xff\xfe",
        {"text": 3, "context": "group", "offers": "tea"},
        {"context": "group", "offers": "tea"},
        line("+1", offers="coffee"),
        line("+1", offers=["tea"]),
        line("+1", context="letter"),
        line("+1", had=[{"item": "A"}]),
        line("+1", had="A"),
    ],
)
def test_a_broken_line_ends_it_with_a_sentence_that_names_it(broken: object) -> None:
    done = parse(FIRST, line("+1"), broken, line("+2"))

    assert done.exit_code == 1
    assert len(found(done)) == 1
    assert done.stderr.startswith("Error: line 3: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"not json",
        {},
        {"catalogues": {}},
        {"catalogues": []},
        {"catalogues": {"tea": [{"code": "A"}]}},
        {"catalogues": {"tea": [3]}},
        {"catalogues": {"tea": [FIRST["catalogues"]["tea"][0] | {"price": "much"}]}},  # type: ignore[index]
        {"catalogues": FIRST["catalogues"], "conventions": "none"},
    ],
)
def test_without_catalogues_nothing_can_be_read(first: object) -> None:
    done = parse(first, line("+1"))

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: line 1: ")


def test_arguments_are_wrong_usage() -> None:
    done = create_app().test_cli_runner().invoke(args=["orders", "parse", "file.jsonl"])

    assert done.exit_code == 2


def test_names_of_lone_surrogates_can_be_printed() -> None:
    done = parse(FIRST, line("幫小\ud800美+1"))

    assert done.exit_code == 0
    assert len(found(done)) == 1
