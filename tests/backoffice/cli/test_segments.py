"""flask segment: who an expression means."""

from __future__ import annotations

import json

from tests.backoffice.cli.conftest import Type
from tests.shop import Phone, Shop


def test_who_is_meant_is_counted_and_listed(flask: Type, shop: Shop, mei: Phone) -> None:
    head = "line_user_id,external_id,name,joined_on,tags"
    shop.imports("members", f"{head}\n,old-1,阿珠,2026-01-01,母嬰\n")
    mei.says("生日 11/30")

    found = flask("segment", "生日:本月 或 #母嬰", "--json")
    read = flask("segment", "好友")
    past = flask("segment", "入會:30天內", "--json", "--now", "2026-02-01")

    assert json.loads(found.stdout) == {
        "expression": "生日:本月 或 #母嬰",
        "size": 2,
        "members": [mei.id],
    }
    assert read.stdout == f"size: 1\n{mei.id}\n"
    assert json.loads(past.stdout)["members"] == [mei.id]


def test_a_word_that_is_not_understood_ends_it_with_one(flask: Type) -> None:
    refused = flask("segment", "金級 銀紙", "--json")
    usage = flask("segment")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "第 4 個字的「銀紙」不認得，最接近的是「銀級」" in refused.stderr
    assert usage.exit_code == 2
