"""The log of what was done reads like something people say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import handlers
from backoffice import imports
from bot import confirming, undoing
from bot.views import audit_words
from models.shop.payment_records import PaymentState

handlers.load()
ROOT = Path(__file__).parents[3]
PLACES = ("bot", "handlers", "backoffice", "scheduler")
# actions that are put together while the program runs
MADE_UP = {
    "import.": [f"import.{kind}" for kind in imports.KINDS],
    "payment.": [f"payment.{state}" for state in PaymentState],
}
GROUP = "C0123456789abcdef0123456789abcdef"


def written_down(node: ast.Call) -> Iterator[str]:
    """The actions a call writes down in the log."""
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if called not in ("audit", "_audit", "record"):
        return
    said = [each.value for each in node.keywords if each.arg == "action"]
    said += node.args[1:2] if called == "_audit" else node.args[:1]
    for each in said:
        if isinstance(each, ast.Constant):
            yield each.value
        elif isinstance(each, ast.JoinedStr):
            [prefix, *_rest] = each.values
            assert isinstance(prefix, ast.Constant)
            yield from MADE_UP[prefix.value]


def actions() -> set[str]:
    files = [file for place in PLACES for file in (ROOT / place).rglob("*.py")]
    calls = [
        node
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    return {name for call in calls for name in written_down(call)}


@pytest.fixture(scope="module")
def every() -> set[str]:
    return actions() | set(confirming.ACTS) | set(undoing.UNDOING)


def test_what_is_written_down_is_found(every: set[str]) -> None:
    assert {"undo", "import.orders", "messages.hold", "shop.restore", "download"} <= every
    assert len(every) > 50


def test_every_act_has_its_words(every: set[str]) -> None:
    said = {name: audit_words.action(name) for name in every}

    assert not {name: words for name, words in said.items() if re.search(r"[a-z_.]", words)}


def test_an_act_without_words_is_shown_as_it_is() -> None:
    assert audit_words.action("coupon.void") == "優惠券作廢"
    assert audit_words.action("something.new") == "somethingnew"
    assert audit_words.action("undo") == "復原"
    assert audit_words.subject("coupon:12") == "優惠券 #12"
    assert audit_words.subject("生日") == "生日"


@pytest.mark.parametrize(
    ("action", "subject", "detail", "said"),
    [
        (
            "group_buy.extend",
            "group_buy:3",
            "None -> 2026-12-31 12:00:00+00:00",
            "團購 #3 不限時間 → 2026/12/31(四) 20:00",
        ),
        ("group_buy.post", "group_buy:3", GROUP, "團購 #3"),
        ("role.grant", GROUP, "organiser", "小幫手"),
        ("role.remove", f"member:{GROUP}", "support", "團友 客服"),
        ("campaign.switch", "生日", "off", "生日 關"),
        ("approval.ask", "approval:7", "coupon.give", "核准 #7 優惠券給予"),
        ("undo", "act:5", "supply.short", "操作 #5 缺貨分配"),
        ("coupon.correct", "coupon:5", "use:9", "優惠券 #5"),
        (
            "coupon.draw",
            "handout:2",
            "滿千折百 x3 -> #母嬰 seed 0123abcd",
            "發券 #2 滿千折百 3 張，給 #母嬰",
        ),
        ("order.refund", "order:57", "3-12 1240 return:4", "訂單 3-12 NT$1,240 退貨申請 #4"),
        ("shipping.ship", "order:57", "3-12 黑貓 123456789012", "訂單 3-12 黑貓 123456789012"),
        ("pickup.hand_over", "order:3-12", "", "訂單 3-12"),
        ("payment.confirm", "payment:4", "900 cash at pickup", "收款 #4 NT$900 現金，取貨時付"),
        ("payment.confirm", "payment:4", "900 transfer", "收款 #4 NT$900 匯款"),
        ("points.give", "member:12", "1000", "團友 #12 1,000 點"),
        ("dunning", "group_buy:all", "4 members", "團購 全部 4 位團友"),
        (
            "supply.short",
            "group_buy:3",
            "芒果 -5: 3 members, NT$900",
            "團購 #3 芒果 -5: 3 位團友, NT$900",
        ),
        ("order.enter", "group_buy:3", "member:12 芒果+1", "團購 #3 團友 #12 芒果+1"),
        ("messages.hold", "pushes", "", "推播"),
        ("pickup_point.add", "pickup_point", "管理室", "取貨點 管理室"),
    ],
)
def test_details_read_like_words(action: str, subject: str, detail: str, said: str) -> None:
    assert audit_words.about(action, subject, detail) == said
