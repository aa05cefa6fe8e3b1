"""How a group-buy is ordered from, said with an example that works for it."""

from __future__ import annotations

from bot.texts import _
from models.shop.group_buy_records import GroupBuy, Item


def how(group_buy: GroupBuy, item: Item | None = None) -> str:
    """How to order, with an example that works for this."""
    shown = item or group_buy.items[0]
    values = " ".join(values[0] for _axis, values in shown.as_read().options)
    if len(group_buy.items) == 1 and not values:
        said = _("要訂就喊「+1」，要兩{unit}就喊「+2」。", unit=shown.unit)
        if not group_buy.id:
            return said
        return said + _("同時開好幾團時，前面加團號：「{number} +1」。", number=group_buy.id)
    code = shown.code if len(group_buy.items) > 1 else ""
    example = f"{code} {values} +1".strip() if values else f"{code}+1"
    return _("要訂就喊「{example}」，或引用這張卡片喊「+1」。", example=example)
