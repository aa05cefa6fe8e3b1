"""What an order would come to, line by line, and the one tap that places it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import _, clock, day, money, points
from bot.views import coupons, deposits, kit
from bot.views.kit import Block, Message
from models.base import N_
from models.shop.group_buy_records import GroupBuy
from models.shop.group_buy_terms import Delivery
from models.shop.quoting import Quoted, QuotedLine
from models.shop.recipients import Details

WAYS = {
    Delivery.PICKUP: N_("自取"),
    Delivery.STORE: N_("超商取貨"),
    Delivery.HOME: N_("宅配"),
}
NUMBERS = range(1, 7)
ADVISED = 2
LONGEST_DATA = 290
LISTED = 10
WAITING = 4


def card(quoted: Quoted, *, nonce: str, note: str = "", details: Details | None = None) -> Message:
    """The quote, with what can still be chosen; `note` says what has changed."""
    blocks = [kit.panel(kit.line(note, size="sm", color=kit.WARM))] if note else []
    blocks += _lines(quoted)
    if quoted.quote is not None:
        blocks += [kit.rule(), *_sum(quoted), kit.figure(_("合計"), money(quoted.total))]
        blocks += deposits.asked(quoted)
    if details is not None:
        to = " ".join(filter(None, (details.name, details.place(quoted.delivery))))
        blocks.append(kit.row(_("寄到"), to or _("確認時再問你"), shares=kit.VALUE_WIDE))
    blocks += _notes(quoted)
    return kit.card(
        _("請確認訂單"),
        *blocks,
        subtitle=named(quoted.group_buy),
        buttons=_buttons(quoted, nonce),
        choices=_choices(quoted, nonce),
    )


def named(group_buy: GroupBuy) -> str:
    """Number and title, as people call it."""
    return _("第 {number} 團 {title}", number=group_buy.id, title=group_buy.title)


def goods(name: str, option: str, person: str = "") -> str:
    """Which goods a line is about, and for whom."""
    said = f"{name} {option}" if option else name
    return _("{goods}（幫{person}）", goods=said, person=person) if person else said


def way(delivery: Delivery) -> str:
    return _(WAYS[delivery])


def closing(group_buy: GroupBuy) -> str:
    """12/20(日) 21:00 結單."""
    if group_buy.closes_at is None:
        return _("結單時間另行通知")
    at = group_buy.closes_at
    return _("{day} {time} 結單", day=day(at), time=clock(at))


def how_many(quoted: Quoted, *, nonce: str) -> Message:
    """Which quantity it is to be, in one tap; with several lines, which of them first."""
    new = [line for line in quoted.lines if line.more > 0]
    if len(new) != 1:
        return kit.text(
            _("想改哪一項？直接打出來，例如「{example}」。", example=_example(quoted)),
            choices=[_back(nonce)],
        )
    [line] = new
    choices = [
        kit.choice(
            f"{number} {line.item.unit}", f"改數量 {nonce} {line.item.id}|{line.option}|{number}"
        )
        for number in NUMBERS
    ]
    return kit.text(
        _("「{name}」要幾{unit}？", name=line.item.name, unit=line.item.unit),
        choices=[*choices, _back(nonce)],
    )


def which_coupon(quoted: Quoted, *, nonce: str) -> Message:
    """Which coupon is to be used instead."""
    why = quoted.quote.choice.why if quoted.quote else ()
    usable = [each for each in why if each.saves > 0]
    if not usable:
        return kit.text(
            _("這筆訂單目前沒有可以換的優惠券。"),
            choices=[_back(nonce), kit.choice(_("優惠券"), "優惠券")],
        )
    choices = [
        kit.choice(
            _("{name} 省 {amount}", name=each.coupon.name, amount=money(each.saves)),
            f"換券 {nonce} {each.coupon.code}",
        )
        for each in usable[:10]
    ]
    return kit.text(
        _("這筆要用哪一張？目前可用 {count} 張。", count=len(usable)),
        choices=[*choices, kit.choice(_("不用券"), f"不用券 {nonce}")],
    )


def dropped(group_buy: GroupBuy) -> Message:
    """Nothing is left of what was about to be ordered."""
    return kit.text(
        _("好，「{title}」先不訂。", title=group_buy.title),
        choices=[kit.choice(_("團購")), kit.choice(_("我的訂單"))],
    )


def waiting(group_buy: GroupBuy, notes: Sequence[str]) -> Message:
    """All of it waits."""
    return kit.text(
        "\n".join([*notes, _("候補不用先付款；不想等了輸入「不要候補」。")]),
        choices=[kit.choice(_("候補")), kit.choice(_("團購")), kit.choice(_("我的訂單"))],
    )


def beside(quote: Message | list[Message] | None, other: tuple[str, str]) -> list[Message]:
    """A quote, and that another one was not confirmed; `other` is its title and what says it."""
    title, words = other
    messages = quote if isinstance(quote, list) else [quote] if quote else []
    if not messages or len(words) > LONGEST_DATA:
        return messages
    said = _("「{title}」那張還沒確認，這張好了再回去。", title=title)
    back = kit.choice(kit.clip(_("回到 {title}", title=title), 20), words)
    items = messages[-1].setdefault("quickReply", {"items": []})["items"]
    items.insert(1, back)
    del items[kit.CHOICES :]
    return [kit.text(said), *messages]


def accepted() -> str:
    return _("候補訂到了")


def _lines(quoted: Quoted) -> list[Block]:
    """What changes comes first, if not all can be listed."""
    blocks = []
    more = len(quoted.lines) - LISTED
    lines = quoted.lines if more <= 0 else sorted(quoted.lines, key=lambda line: not line.more)
    for line in lines[:LISTED]:
        label = goods(line.item.name, line.option, line.person)
        if line.quantity:
            amount = f"{label} × {line.quantity} {line.item.unit}"
            blocks.append(kit.row(amount, money(line.listed), shares=kit.LABEL_WIDE))
        if line.more < 0 or (line.more and line.quantity > line.more):
            blocks.append(kit.note(_moved(line)))
    return [*blocks, *unlisted(more)]


def unlisted(count: int) -> list[Block]:
    """How many more there are than a card has room for."""
    return [kit.note(_("另有 {count} 項。", count=count))] if count > 0 else []


def _moved(line: QuotedLine) -> str:
    before = line.quantity - line.more
    if not line.quantity:
        label = goods(line.item.name, line.option, line.person)
        return _("取消 {goods} {count} {unit}", goods=label, count=before, unit=line.item.unit)
    if line.more < 0:
        return _("原訂 {before}，減 {less}", before=before, less=-line.more)
    return _("原訂 {before}，加 {more}", before=before, more=line.more)


def _sum(quoted: Quoted) -> list[Block]:
    quote = quoted.quote
    if quote is None:
        return []
    reduced = quote.total != quote.subtotal
    blocks = [kit.row(_("小計"), money(quote.subtotal))] if reduced else []
    if quote.tier_discount:
        name = _(
            "{tier} {worth}",
            tier=quoted.tier.name,
            worth=coupons.worth_of("percent", quoted.tier.pay),
        )
        blocks.append(kit.row(name, money(-quote.tier_discount)))
    goods_off = [c for c in quote.choice.coupons if c.kind in ("percent", "amount")]
    if quote.coupon_discount:
        used = "、".join(coupon.name for coupon in goods_off)
        blocks.append(
            kit.row(
                _("優惠券 {name}", name=used),
                money(-quote.coupon_discount),
                shares=kit.LABEL_WIDE,
            )
        )
    if quote.points:
        label = _("折抵 {points}", points=points(quote.points))
        blocks.append(kit.row(label, money(-quote.points_value)))
    if len(quoted.group_buy.deliveries) > 1 or quote.shipping:
        blocks.append(kit.row(way(quoted.delivery), _("運費 {fee}", fee=money(quote.shipping))))
    if quote.shipping_discount:
        blocks.append(kit.row(_("免運券"), money(-quote.shipping_discount)))
    blocks += [kit.row(_("贈品"), gift) for gift in quote.choice.gifts]
    return blocks


def _notes(quoted: Quoted) -> list[Block]:
    notes = []
    for want in quoted.waiting[:WAITING]:
        item = quoted.item(want)
        left = next((each.quantity for each in quoted.fewer if each.key == want.key), 0)
        said = N_("{goods} {count} {unit} 目前沒有了，會幫你排候補，輪到時通知你；不算在合計裡。")
        if left:
            said = N_("{goods} 只剩 {left} {unit}，{count} {unit}要排候補；不算在合計裡。")
        facts = {"count": want.quantity, "unit": item.unit, "left": left}
        sentence = _(said, goods=goods(item.name, want.option, want.person), **facts)
        notes.append(kit.line(sentence, size="sm", color=kit.WARM))
    others = len(quoted.waiting) - WAITING
    if others > 0:
        notes.append(kit.note(_("另有 {count} 項也會排候補。", count=others)))
    if quoted.rounded:
        notes.append(kit.note(_("等級折扣逐項計算，不到 1 元的都捨去，算你便宜。")))
    notes += [kit.note(sentence) for sentence in _advice(quoted)]
    if quoted.earns:
        notes.append(kit.note(_("付款取貨後可得 {points}。", points=points(quoted.earns))))
    free_from = quoted.group_buy.free_from
    if free_from is not None and quoted.quote is not None and quoted.quote.shipping:
        notes.append(kit.note(_("商品滿 {amount} 免運費。", amount=money(free_from))))
    return notes


def _advice(quoted: Quoted) -> list[str]:
    """Why these coupons, and why not the others."""
    if quoted.quote is None:
        return []
    choice = quoted.quote.choice
    said = []
    if choice.coupons and quoted.proposal.wishes.coupons is None:
        saves = money(choice.saves)
        said.append(
            _("已幫你選最省的用券方式，連贈品共省 {amount}。", amount=saves)
            if choice.gifts
            else _("已幫你選最省的用券方式，共省 {amount}。", amount=saves)
        )
    others = [_(why.refusal.msgid, **why.refusal.values) for why in choice.why if why.refusal]
    return said + others[:ADVISED]


def _buttons(quoted: Quoted, nonce: str) -> list[Block]:
    label = _("確認") if quoted.quote or not quoted.waiting else _("確認候補")
    buttons = [*_fewer(quoted, nonce), kit.button(label, f"確認 {nonce}", style="primary")]
    if any(want.quantity > 0 for want in quoted.proposal.wants):
        buttons.append(kit.button(_("改數量"), f"改數量 {nonce}"))
    quote = quoted.quote
    if quote is not None and quote.choice.coupons:
        buttons.append(kit.button(_("不用券"), f"不用券 {nonce}"))
    elif quoted.proposal.wishes.coupons is not None:
        buttons.append(kit.button(_("用最省的券"), f"用券 {nonce}"))
    if quote is not None and quote.points:
        buttons.append(kit.button(_("不折抵點數"), f"用點數折抵 {nonce} 0"))
    elif quoted.usable_points:
        buttons.append(kit.button(_("用點數折抵"), f"用點數折抵 {nonce}"))
    return buttons


def _fewer(quoted: Quoted, nonce: str) -> list[Block]:
    """To take what is left in place of waiting for more."""
    kinds = [(want.item_id, want.option) for want in quoted.proposal.wants]
    return [
        kit.button(
            _("改訂 {count} {unit}", count=want.quantity, unit=quoted.item(want).unit),
            f"改數量 {nonce} {want.item_id}|{want.option}|{want.quantity}",
        )
        for want in quoted.fewer[:2]
        if kinds.count((want.item_id, want.option)) == 1
    ]


def _choices(quoted: Quoted, nonce: str) -> list[Block]:
    choices = [kit.choice(_("確認"), f"確認 {nonce}")]
    for each, fee in quoted.group_buy.deliveries.items():
        if each is not quoted.delivery:
            choices.append(kit.choice(f"{way(each)} {money(fee)}", f"送貨 {nonce} {each.value}"))
    if quoted.quote is not None and quoted.quote.choice.why:
        choices.append(kit.choice(_("換券"), f"換券 {nonce}"))
    return [*choices, *deposits.why(quoted), kit.choice(_("取消"), "取消")]


def _back(nonce: str) -> Block:
    return kit.choice(_("回到報價"), f"回到報價 {nonce}")


def _example(quoted: Quoted) -> str:
    new = [line for line in quoted.lines if line.more] or list(quoted.lines)
    return "、".join(f"{line.item.code}改{max(line.quantity, 1)}" for line in new[:2])
