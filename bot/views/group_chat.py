"""What the shop says in a group: few words, nothing about anybody, and the way into 1:1.

Whatever needs more than a sentence is a button that opens the chat with the account.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.contact import Contact
from bot.texts import _
from bot.views import kit, quotes
from bot.views.kit import Block, Message
from models.shop.allocation import missing_for_case
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.reading import Missing

ORDERS = "我的訂單"
LISTED = 5
LONGEST = 100  # of what is written beforehand in 1:1


def hello(shop: str) -> Message:
    """The bot was invited."""
    return kit.text(
        _(
            "大家好，我是{shop}的團購小幫手。團主輸入「/貼團 團號」貼出團購，"
            "大家回「+1」就會登記；想看開了哪些團，輸入「團購」。",
            shop=shop,
        )
    )


def counted(group_buy: GroupBuy, contact: Contact, *, asking: bool) -> Message:
    """How many were called so far; `asking` those who have not added the account to do so."""
    said = f"{group_buy.title}：{totals(group_buy)}"
    if not asking:
        return kit.text(said)
    sentence = _("還沒加好友的團友，請先加好友，登記才算完成，之後才收得到取貨通知。")
    return _with_link(said, sentence, _("加好友"), contact.add_friend)


def totals(group_buy: GroupBuy) -> str:
    """目前 37 份，還差 3 份成團."""
    taken = group_buy.taken
    if group_buy.short:
        return _("目前 {count} 份，還差 {short} 份成團", count=taken, short=group_buy.short)
    if group_buy.minimum is not None:
        return _("目前 {count} 份，已成團", count=taken)
    cases = [(item, missing_for_case(item.taken, item.case_size)) for item in group_buy.items]
    if len(cases) == 1 and cases[0][1]:
        return _("目前 {count} 份，再 {short} 份滿一箱", count=taken, short=cases[0][1])
    return _("目前 {count} 份", count=taken)


def waiting(items: Sequence[Item]) -> Message:
    """What was called last is on the waiting list."""
    named = "、".join(dict.fromkeys(item.name for item in items))
    return kit.text(_("「{name}」滿了，剛剛這則先排候補，有名額會照順序遞補。", name=named))


def given_up(quantities: Sequence[int]) -> Message:
    """Fewer, in the fewest words; the totals follow when it is time."""
    return kit.text(_("好，少 {count} 份。", count=sum(quantities)))


def which_group_buy(candidates: Sequence[GroupBuy], words: str, contact: Contact) -> Message:
    """Several group-buys are open here, and nothing tells which is meant."""
    listed = "\n".join(kit.clip(quotes.named(each), 60) for each in candidates[:LISTED])
    example = f"{candidates[0].id} {kit.clip(kit.clean(words), 20)}"
    sentence = _("要跟哪一團？請引用那張卡片，或寫團號，例如「{example}」。", example=example)
    return _with_link(sentence, listed, _("私訊登記"), _write(words, contact))


def asked(
    missing: Missing | None, group_buy: GroupBuy | None, words: str, contact: Contact
) -> Message:
    """What has to be known before it is an order."""
    items = group_buy.items if group_buy is not None else []
    code = items[0].code if items else "A"
    unit = items[0].unit if items else _("份")
    match missing:
        case Missing.ITEM:
            listed = "、".join(f"{item.code} {kit.clip(item.name, 30)}" for item in items[:LISTED])
            sentence = _(
                "要哪一樣？請寫代號，例如「{code}+1」。{listed}", code=code, listed=listed
            )
        case Missing.OPTION:
            sentence = _("要哪一種？請連規格一起寫。{listed}", listed=_options(items))
        case Missing.QUANTITY:
            sentence = _("要幾{unit}？請寫數量，例如「{code}+2」。", unit=unit, code=code)
        case Missing.UNIT:
            sentence = _("這是以「{unit}」為單位，要幾{unit}？", unit=unit)
        case Missing.PERSON:
            sentence = _("是誰要的？請寫名字，例如「幫小美+1」。")
        case Missing.TARGET:
            sentence = _("要改哪一項、改成多少？例如「{code}改2」。", code=code)
        case _unclear:
            sentence = _("是要登記嗎？要的話請寫數量，例如「+1」。")
    return _with_link(sentence, "", _("私訊登記"), _write(words, contact))


def which_line(number: int, order: str, contact: Contact) -> Message:
    """A list of many was posted: what it holds is never counted."""
    sentence = _("接龍不會自動登記。你是第 {number} 行嗎？", number=number)
    return _with_link(
        sentence,
        _("是的話請按按鈕私訊登記，或在群組直接喊，例如「{order}」。", order=order),
        _("是，私訊登記"),
        _write(order, contact),
    )


def unknown_person(words: str, contact: Contact) -> Message:
    """LINE does not tell who somebody is."""
    return _with_link(
        _("LINE 沒有告訴我你是誰，這則沒辦法登記。"),
        _("請到私訊喊單，謝謝。"),
        _("私訊登記"),
        _write(words, contact),
    )


def in_private(sentence: str, words: str, contact: Contact) -> Message:
    """Something that is said in 1:1 only."""
    return _with_link(sentence, "", _("到私訊"), _write(words, contact))


def registered(group_buys: Sequence[GroupBuy]) -> Message:
    """In 1:1: somebody who ordered in a group has added the account."""
    listed = "、".join(f"「{each.title}」" for each in group_buys)
    return kit.text(
        _("你在群組喊的{listed}已經登記好了，明細請看「我的訂單」。", listed=listed),
        choices=[kit.choice(_(ORDERS), ORDERS)],
    )


def nothing_here() -> Message:
    return kit.text(_("這裡目前沒有開團中的商品。"))


def _write(words: str, contact: Contact) -> str:
    """The address of the chat with the account, these words ready to be sent."""
    return contact.write(kit.clip(kit.clean(words), LONGEST))


def _options(items: Sequence[Item]) -> str:
    named = [
        f"{name}：{'、'.join(values)}" for item in items for name, values in item.as_read().options
    ]
    return kit.clip("；".join(dict.fromkeys(named)), 200)


def _with_link(title: str, sentence: str, label: str, uri: str) -> Message:
    """A sentence with a button that leaves the group; only the words while there is no address."""
    if not uri:
        return kit.text("\n".join(filter(None, (title, sentence))))
    blocks: list[Block] = [kit.line(title, weight="bold", size="sm")]
    blocks += [kit.line(each, size="sm") for each in sentence.split("\n") if each]
    bubble: Block = {
        "type": "bubble",
        "size": "kilo",
        "body": kit.column(*blocks, kit.link(label, uri), spacing="md", paddingAll="16px"),
    }
    return kit.flex(bubble)
