"""Answers to what a member says about their supplies."""

from __future__ import annotations

from typing import Protocol

from bot.texts import _
from bot.views import kit
from bot.views.kit import Message


class Bought(Protocol):
    """A product that was bought."""

    @property
    def product_id(self) -> int: ...
    @property
    def product(self) -> str: ...


def noted_finished(bought: Bought) -> Message:
    again = kit.choice(_("我要再買"), f"再買 {bought.product_id}")
    return kit.text(
        _("記下來了，「{product}」用完了，下次會提醒得更準。要再買嗎？", product=bought.product),
        choices=[again, kit.choice(_("會員卡"), "會員卡")],
    )


def noted_not_yet(bought: Bought) -> Message:
    return kit.text(
        _("好，「{product}」還有，之後會晚一點再提醒你。", product=bought.product),
        choices=[kit.choice(_("會員卡"), "會員卡"), kit.choice(_("通知設定"), "通知設定")],
    )


def wish(product: str) -> str:
    """What the staff are told."""
    return _("我想再買「{product}」", product=product)
