"""What a picture that somebody of the shop sent can be used for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _
from bot.views import kit
from bot.views.kit import Message

SHOWN = 5
BROADCAST = "/推播 全部 | 圖:上一張"
CHANGE = "/改團 {number} 圖片 上一張"


def kept(group_buys: Sequence[tuple[int, str]]) -> Message:
    """A picture was kept; `group_buys` are numbers and titles of those it may be put on."""
    # tapped, it opens the keyboard; what it says besides must be harmless
    broadcast = kit.begin(_("放進推播"), BROADCAST) | {"data": "/推播"}
    choices = [
        {"type": "action", "action": broadcast},
        *(
            kit.choice(
                kit.clip(_("放到 {number} {title}", number=str(number), title=title), 20),
                CHANGE.format(number=number),
            )
            for number, title in group_buys[:SHOWN]
        ),
        kit.choice(_("說明"), "說明"),
    ]
    number = group_buys[0][0] if group_buys else 3
    lines = [
        _("圖片收好了（沒用到的留兩天）。"),
        _("推播：打 {example}", example="/推播 金級 | 早安 | 圖:上一張"),
        _("團購卡片：打 {example}", example=CHANGE.format(number=number)),
    ]
    return kit.text("\n".join(lines), choices=choices)
