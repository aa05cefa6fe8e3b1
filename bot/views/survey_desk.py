"""What members said in surveys, for those who run the shop."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _
from bot.views import kit
from bot.views.kit import Block, Message
from bot.views.surveys import STAR
from models.shop.survey_orders import Rated
from models.talk.surveys import MOST, Satisfaction

SHOWN = 10


def ratings(title: str, found: Satisfaction, rated: Sequence[Rated]) -> Message:
    """What members said, for those who run the shop."""
    if found.mean is None:
        return kit.text(
            _(
                "「{title}」還沒有人評分。取貨隔天會自動問，也可以請團友輸入「問卷」。",
                title=title,
            ),
            choices=[kit.choice(_("/自動訊息"), "/自動訊息"), kit.choice(_("說明"), "說明")],
        )
    return kit.card(
        _("團友評價"),
        kit.figure(_("平均（{count} 筆訂單）", count=found.answers), f"{found.mean:.1f} {STAR}"),
        *(
            kit.row(STAR * n, str(found.stars[n - 1]))
            for n in range(MOST, 0, -1)
            if found.stars[n - 1]
        ),
        kit.rule(),
        *(_rated(each) for each in rated[:SHOWN]),
        subtitle=title,
        choices=[kit.choice(_("/評價"), "/評價"), kit.choice(_("/客服單"), "/客服單")],
    )


def _rated(each: Rated) -> Block:
    said = f"：{each.comment}" if each.comment else ""
    name = each.name or _("（未填稱呼）")
    return kit.line(
        kit.clip(f"{STAR * each.rating} {name}（{each.order_no}）{said}", 120), size="sm"
    )
