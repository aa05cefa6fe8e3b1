"""What a supplier is to bring, brought, and will not bring, as those who run the shop see it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, money, points
from bot.views import confirming, kit, quotes
from bot.views.kit import Block, Message
from models.shop.group_buy_records import GroupBuy, Stage
from models.shop.supply_shortages import Cut, Shared
from models.shop.supply_totals import Cases, SupplyLine

NAMED = 15
GROUPS = 3
LISTED = 30


def totals(
    found: Sequence[tuple[GroupBuy, Sequence[SupplyLine], Sequence[Cases]]],
) -> list[Message]:
    """What to order from the supplier, as a card and as words to copy."""
    blocks: list[Block] = []
    for group_buy, lines, cases in found[:GROUPS]:
        blocks.append(kit.line(kit.clip(quotes.named(group_buy), 40), weight="bold"))
        blocks += [_ordered(line) for line in lines[:LISTED]]
        blocks += [kit.note(_case(case)) for case in cases]
    if len(found) > GROUPS:
        blocks.append(kit.note(_("另有 {count} 團，在下一則文字裡。", count=len(found) - GROUPS)))
    waiting = sum(line.waiting for _group, lines, _cases in found for line in lines)
    if waiting:
        note = _("另有 {count} 份在候補，沒有算進去；有貨可以用「/放候補」。", count=waiting)
        blocks.append(kit.note(note))
    blocks.append(kit.note(_("下一則是可以整段複製給廠商的文字。")))
    choices = [kit.choice(_("點貨"), f"/點貨 {each.id}") for each, _lines, _cases in found[:1]]
    card = kit.card(_("叫貨總數"), *blocks, choices=choices)
    # quick replies are shown beneath the last message only
    words = kit.text(purchase(found), choices=choices)
    return [card, words]


def purchase(
    found: Sequence[tuple[GroupBuy, Sequence[SupplyLine], Sequence[Cases]]],
) -> str:
    """The words for the supplier: goods and numbers, and nobody's name."""
    parts = []
    for group_buy, lines, _found in found:
        wanted = [
            f"{line.name} × {line.ordered} {line.item.unit}" for line in lines if line.ordered
        ]
        parts.append("\n".join([group_buy.title, *(wanted or [_("（還沒有訂單）")])]))
    return "\n\n".join(parts)


def counting(group_buy: GroupBuy, lines: Sequence[SupplyLine], *, said: str = "") -> Message:
    """What was ordered and what has come; what is missing leads on."""
    number = group_buy.id
    blocks: list[Block] = [kit.panel(kit.line(said, size="sm"))] if said else []
    blocks += [_arrived(line) for line in lines[:LISTED]]
    short = [line for line in lines if line.missing > 0]
    over = [line for line in lines if line.missing < 0]
    counted = any(line.arrived for line in lines)
    blocks.append(kit.rule())
    if not counted:
        label = _label(lines[0]) if lines else "A"
        example = _("點到多少就打多少，例如「/點貨 {n} {label} 20」。", n=number, label=label)
        blocks.append(kit.note(_("{example}分批到貨會加起來，點錯用負數更正。", example=example)))
    elif short:
        missing = sum(line.missing for line in short)
        blocks.append(kit.line(_("還少 {count} 份", count=missing), color=kit.WARM))
        blocks.append(kit.note(_("還會再到就等下一批再點；確定不會來，按下面的缺貨。")))
    elif not over:
        blocks.append(kit.line(_("數量都對。"), weight="bold"))
    if over:
        more = sum(-line.missing for line in over)
        blocks.append(kit.note(_("多了 {count} 份，可以退回，或賣給候補的人。", count=more)))
    return kit.card(
        _("點貨"),
        *blocks,
        subtitle=quotes.named(group_buy),
        buttons=_counting_buttons(group_buy, short, counted=counted),
        choices=[
            kit.choice(kit.clip(_("缺 {name}", name=line.name), 20), _short(number, line))
            for line in short[:10]
            if counted
        ],
    )


def sharing(shared: Shared, *, nonce: str) -> Message:
    """What a shortage would mean for whom, before it does."""
    return confirming.preview(
        _("缺貨 {count} 份，這樣分好嗎？", count=shared.shortage.quantity),
        kit.line(quotes.named(shared.group_buy), weight="bold"),
        *_shared(shared),
        kit.note(_("依訂購先後分配，沒同意的不拆單。確認後會通知被影響的人，缺的份先排候補。")),
        nonce=nonce,
    )


def shared_out(shared: Shared, *, told: int) -> Message:
    choices = [kit.choice(_("點貨"), f"/點貨 {shared.group_buy.id}")]
    if shared.back:
        choices.insert(0, kit.choice(_("/退差額")))
    return kit.card(
        _("缺貨分配好了"),
        *_shared(shared),
        kit.row(_("已通知"), _("{count} 位", count=told)),
        subtitle=quotes.named(shared.group_buy),
        choices=choices,
    )


def several(group_buy: GroupBuy, short: Sequence[SupplyLine]) -> Message:
    """Which of several goods that are missing is to be shared out."""
    return kit.card(
        _("哪一項缺貨？"),
        *(kit.row(line.name, _("少 {count}", count=line.missing)) for line in short[:LISTED]),
        subtitle=quotes.named(group_buy),
        choices=[
            kit.choice(kit.clip(line.name, 20), _short(group_buy.id, line)) for line in short[:12]
        ],
    )


def restored(group_buy: GroupBuy, orders: int) -> Message:
    return kit.text(
        _(
            "缺貨取消了：第 {number} 團有 {count} 筆訂單拿回原本的份，已通知他們。",
            number=group_buy.id,
            count=orders,
        ),
        choices=[kit.choice(_("點貨"), f"/點貨 {group_buy.id}")],
    )


def _shared(shared: Shared) -> list[Block]:
    name = f"{shared.item.name} {shared.shortage.option}".strip()
    blocks: list[Block] = [
        kit.row(_("商品"), name, shares=kit.VALUE_WIDE),
        kit.row(_("照常拿到"), _("{count} 位", count=shared.kept)),
        kit.row(_("拿不到或變少"), _("{count} 位", count=len(shared.cuts)), strong=True),
    ]
    blocks.append(kit.panel(*(kit.line(_cut(cut), size="sm") for cut in shared.cuts[:NAMED])))
    if len(shared.cuts) > NAMED:
        blocks.append(kit.note(_("另有 {count} 位。", count=len(shared.cuts) - NAMED)))
    if shared.back:
        blocks.append(kit.row(_("要退給團友"), money(shared.back), strong=True, colour=kit.WARM))
    if shared.spare:
        blocks.append(
            kit.note(_("剩 {count} 份不夠整筆，會問要不要先拿一部分。", count=shared.spare))
        )
    return blocks


def _cut(cut: Cut) -> str:
    said = _(
        "{name} 少 {count} 份，留 {kept} 份",
        name=kit.clip(cut.name, 30) or _("（未填稱呼）"),
        count=cut.quantity,
        kept=cut.kept,
    )
    return "，".join([said, *gains(cut)])


def gains(cut: Cut) -> list[str]:
    """What somebody gets back for what they lose."""
    found = []
    if cut.back:
        found.append(_("退 {amount}", amount=money(cut.back)))
    if cut.less:
        found.append(_("少付 {amount}", amount=money(cut.less)))
    if cut.points > 0:
        found.append(_("退回 {points}", points=points(cut.points)))
    if cut.coupons > 0:
        found.append(_("退回優惠券 {count} 張", count=cut.coupons))
    return found


def _ordered(line: SupplyLine) -> Block:
    label = kit.clip(f"{line.item.code} {line.name}", 40)
    return kit.row(label, f"{line.ordered:,} {line.item.unit}", shares=kit.LABEL_WIDE)


def _case(case: Cases) -> str:
    name = kit.clip(case.item.name, 40)
    if not case.missing:
        return _("{name}：剛好 {full} 箱。", name=name, full=case.full)
    return _(
        "{name}：滿 {full} 箱，下一箱還差 {missing} 份。",
        name=name,
        full=case.full,
        missing=case.missing,
    )


def _arrived(line: SupplyLine) -> Block:
    state = _("到 {arrived}／訂 {ordered}", arrived=line.arrived, ordered=line.ordered)
    return kit.row(
        f"{line.item.code} {line.name}",
        f"{state} {line.item.unit}",
        shares=kit.LABEL_WIDE,
        colour=kit.WARM if line.missing > 0 and line.arrived else kit.INK,
    )


def _counting_buttons(
    group_buy: GroupBuy, short: Sequence[SupplyLine], *, counted: bool
) -> list[Block]:
    number = group_buy.id
    buttons = []
    if short:
        buttons.append(kit.button(_("全部到齊"), f"/點貨 {number} 到齊"))
    if counted and short:
        buttons.append(kit.button(_("不會再來，缺貨"), f"/缺貨 {number}"))
    if counted and not short and group_buy.stage == Stage.CLOSED:
        buttons.append(kit.button(_("通知到貨"), f"/到貨 {number}", style="primary"))
    return buttons


def _label(line: SupplyLine) -> str:
    return f"{line.item.code}{line.option.replace('/', '')}"


def _short(number: int, line: SupplyLine) -> str:
    return f"/缺貨 {number} {_label(line)} -{line.missing}"
