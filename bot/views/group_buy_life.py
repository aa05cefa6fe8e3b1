"""The steps of a group-buy as those who run it see them: asked about, then done."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, money
from bot.views import confirming, kit, quotes
from bot.views import group_buy_states as states
from bot.views.kit import Block, Message
from models.shop.bill_records import Wait
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.rehearsing import Cut, Standing, WouldClose

NAMED = 12


def closing(group_buy: GroupBuy, would: WouldClose, *, nonce: str) -> Message:
    """What closing would do, before it is done."""
    number = group_buy.id
    blocks = [
        kit.row(_("訂單"), _("{count} 筆", count=would.standing.orders)),
        kit.row(_("份數"), _("{count} 份", count=group_buy.taken), strong=True),
        kit.row(_("總額"), money(would.standing.total)),
    ]
    blocks += _cuts(would.cuts)
    for name, count in would.spare.items():
        blocks.append(
            kit.note(_("「{name}」整箱裡會多出 {count} 份沒人訂。", name=name, count=count))
        )
    if would.refunds:
        blocks.append(kit.row(_("要退給團友"), money(would.refunds), strong=True))
    if group_buy.short:
        blocks.append(
            kit.panel(
                kit.line(
                    _(
                        "還差 {count} 份才成團。可以先延長，或流團；按確認就是照樣出貨。",
                        count=group_buy.short,
                    ),
                    size="sm",
                    color=kit.WARM,
                )
            )
        )
    made = confirming.preview(
        _("要結單嗎？"),
        kit.line(quotes.named(group_buy), weight="bold"),
        *blocks,
        kit.note(_("確認後會通知每位團友金額和付款方式。")),
        nonce=nonce,
    )
    if group_buy.short:
        kit.with_choices(
            made,
            [kit.choice(_("延長"), f"/延長 {number}"), kit.choice(_("流團"), f"/流團 {number}")],
        )
    return made


def closed(group_buy: GroupBuy, *, told: int, cut: int) -> Message:
    blocks = [kit.row(_("份數"), _("{count} 份", count=group_buy.taken))]
    if cut:
        blocks.append(kit.row(_("轉候補"), _("{count} 份", count=cut)))
    blocks.append(kit.row(_("已通知"), _("{count} 位", count=told)))
    return kit.card(
        _("已結單"),
        *blocks,
        kit.note(_("24 小時內可以用 /復原 重新打開；漏登的用「/補單」。")),
        subtitle=quotes.named(group_buy),
        buttons=[
            kit.button(_("看訂單"), f"/訂單 {group_buy.id}"),
            kit.button(_("到貨"), f"/到貨 {group_buy.id}"),
        ],
        choices=[
            kit.choice(_("叫貨"), f"/叫貨 {group_buy.id}"),
            kit.choice(_("催款"), f"/催款 {group_buy.id}"),
            kit.choice(_("/復原"), "/復原"),
        ],
    )


def failing(
    group_buy: GroupBuy, standing: Standing, owed: Sequence[tuple[str, str, int]], *, nonce: str
) -> Message:
    """What letting it fail would do."""
    return confirming.preview(
        _("要流團嗎？"),
        kit.line(quotes.named(group_buy), weight="bold"),
        kit.row(_("會取消"), _("{count} 筆訂單", count=standing.orders), strong=True),
        *_owed(owed),
        kit.note(_("點數、優惠券都會還給團友，並通知他們；這個不能復原。")),
        nonce=nonce,
    )


def failed(group_buy: GroupBuy, owed: Sequence[tuple[str, str, int]], *, told: int) -> Message:
    return kit.card(
        _("已流團"),
        *_owed(owed),
        kit.row(_("已通知"), _("{count} 位", count=told)),
        subtitle=quotes.named(group_buy),
        choices=[kit.choice(_("全部"), "/開團中")],
    )


def step(title: str, group_buy: GroupBuy, note: str, *, nonce: str) -> Message:
    """A step that is asked about before it is done; `note` says what follows from it."""
    return confirming.preview(
        title,
        kit.line(quotes.named(group_buy), weight="bold"),
        kit.line(note, size="sm"),
        nonce=nonce,
    )


def done(group_buy: GroupBuy, said: str, *, undo: bool = False) -> Message:
    """A step that was done, and what comes next; `undo` where /復原 would take it back."""
    following = states.FOLLOWING.get(Stage(group_buy.stage), ())
    return kit.text(
        _(
            "第 {number} 團「{title}」：{said}",
            number=group_buy.id,
            title=group_buy.title,
            said=said,
        ),
        choices=[
            *(kit.choice(_(label), f"{word} {group_buy.id}") for label, word in following[:1]),
            kit.choice(_("看這一團"), f"/團 {group_buy.id}"),
            kit.choice(_("看訂單"), f"/訂單 {group_buy.id}"),
            *([kit.choice(_("/復原"), "/復原")] if undo else []),
        ],
    )


def until_when(group_buy: GroupBuy) -> Message:
    """Asked for the new closing time."""
    number = group_buy.id
    return kit.text(
        _("要延長到什麼時候？例如：/延長 {number} 12/21 21:00", number=number),
        choices=[
            kit.choice(_("明晚9點"), f"/延長 {number} 明晚9點"),
            kit.choice(_("後天 21:00"), f"/延長 {number} 後天21:00"),
            kit.choice(_("不限時間"), f"/延長 {number} 不限"),
        ],
    )


def what_to_change(group_buy: GroupBuy, names: Sequence[str]) -> Message:
    """Asked what of it is to be different."""
    code = f" {group_buy.items[-1].code}" if len(group_buy.items) > 1 else ""
    return kit.text(
        _(
            "要改什麼？可以改 {names}。例如：/改團 {number} 庫存{code} 60",
            names="、".join(names),
            number=group_buy.id,
            code=code,
        ),
        choices=[kit.choice(_("看這一團"), f"/團 {group_buy.id}")],
    )


def releasing(
    group_buy: GroupBuy, waits: Sequence[tuple[str, Wait]], more: int, *, nonce: str
) -> Message:
    """Who would be served from the waiting list, and by how much the stock would grow."""
    lines = [
        f"{name or _('（未填稱呼）')} {wait.item.name} × {wait.quantity}"
        for name, wait in waits[:NAMED]
    ]
    if len(waits) > NAMED:
        lines.append(_("還有 {count} 筆", count=len(waits) - NAMED))
    blocks: list[Block] = kit.bullets(lines)
    if more:
        blocks.append(kit.note(_("現有的不夠，庫存會增加 {count} 份。", count=more)))
    return confirming.preview(
        _("要放這些候補嗎？"),
        kit.line(quotes.named(group_buy), weight="bold"),
        *blocks,
        nonce=nonce,
    )


def _cuts(cuts: Sequence[Cut]) -> list[Block]:
    """Whose shares no full case has room for."""
    if not cuts:
        return []
    shares = sum(cut.quantity for cut in cuts)
    said = _("整箱出貨，這 {count} 份湊不滿，會轉候補：", count=shares)
    lines = [
        f"{cut.name or _('（未填稱呼）')} {cut.item} × {cut.quantity}" for cut in cuts[:NAMED]
    ]
    return [kit.panel(kit.line(said, size="sm", color=kit.WARM), *kit.bullets(lines))]


def _owed(owed: Sequence[tuple[str, str, int]]) -> list[Block]:
    if not owed:
        return [kit.note(_("沒有已收的款項。"))]
    total = sum(amount for _no, _name, amount in owed)
    rows = [
        kit.row(f"{order_no} {name}", money(amount)) for order_no, name, amount in owed[:NAMED]
    ]
    if len(owed) > NAMED:
        rows.append(kit.note(_("還有 {count} 筆", count=len(owed) - NAMED)))
    return [kit.row(_("要退款"), money(total), strong=True, colour=kit.WARM), *rows]
