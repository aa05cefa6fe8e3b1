"""What an organiser had better look at again before a group-buy opens; nothing here forbids it.

Pure: terms in, sentences out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from models.base import N_, local_day
from models.shop.group_buy_terms import GroupBuyTerms, ItemTerms
from models.talk import risky_words
from models.talk.risky_words import Risk

FAR = timedelta(days=120)
SAID = {
    Risk.ALCOHOL: N_("「{words}」：酒類不能在網路上賣給無法確認年齡的人，請確認不是酒。"),
    Risk.MEDICINE: N_("「{words}」：藥品不能網路團購，請確認不是藥。"),
    Risk.LENSES: N_("「{words}」：隱形眼鏡是醫療器材，網路販售要有許可。"),
    Risk.HEALTH: N_("「{words}」：食品和用品不能宣稱療效，建議換個說法。"),
    Risk.TAX: N_("「{words}」：這樣寫可能違反稅法，建議拿掉。"),
    Risk.MONEY: N_("「{words}」：這樣寫會被當成儲值或電子支付，建議拿掉。"),
    Risk.LEVELS: N_("「{words}」：看起來像多層次傳銷，建議拿掉。"),
    Risk.FINE_PRINT: N_("「{words}」：這種條款對消費者無效，建議拿掉。"),
}
FAR_AHEAD = N_("結單在 {days} 天以後，請確認年份對不對。")
NO_CLOSING = N_("沒有寫結單時間，會一直開到你輸入 /結單。")
BEYOND_STOCK = N_("「{name}」{quantity} 份起的價格，超過數量上限 {stock}，不會用到。")
MINIMUM_BEYOND = N_("成團要 {minimum} 份，但總共只有 {stock} 份。")
UNEVEN_CASES = N_("「{name}」數量上限 {stock} 不是整箱（一箱 {size}）的倍數，結單時會有人候補。")
PICKUP_UNSAID = N_("沒有寫取貨時間地點，之後可以用 /改團 補上。")


class Caution(NamedTuple):
    """A sentence still to be put into words."""

    msgid: str
    values: dict[str, Any]


def cautions(terms: GroupBuyTerms, *, now: datetime) -> list[Caution]:
    """What to look at again, the gravest first."""
    texts = [terms.title, *(item.name for item in terms.items)]
    texts += [value for item in terms.items for _axis, values in item.options for value in values]
    found = [
        Caution(SAID[risk], {"words": "、".join(words)})
        for risk, words in risky_words.risks(texts).items()
    ]
    found += _of_times(terms, now)
    stocks = [item.stock for item in terms.items]
    total = None if None in stocks else sum(stock or 0 for stock in stocks)
    if terms.minimum is not None and total is not None and terms.minimum > total:
        found.append(Caution(MINIMUM_BEYOND, {"minimum": terms.minimum, "stock": total}))
    for item in terms.items:
        found += _of_item(item)
    return found


def _of_times(terms: GroupBuyTerms, now: datetime) -> Iterator[Caution]:
    if terms.closes_at is None:
        yield Caution(NO_CLOSING, {})
    elif terms.closes_at - now > FAR:
        days = (local_day(terms.closes_at) - local_day(now)).days
        yield Caution(FAR_AHEAD, {"days": days})
    if not terms.pickup and terms.pickup_on is None and not terms.dropship:
        yield Caution(PICKUP_UNSAID, {})


def _of_item(item: ItemTerms) -> Iterator[Caution]:
    if item.stock is None:
        return
    for rung in item.ladder:
        if rung.quantity > item.stock:
            values = {"name": item.name, "quantity": rung.quantity, "stock": item.stock}
            yield Caution(BEYOND_STOCK, values)
    if item.case_size is not None and item.stock % item.case_size:
        values = {"name": item.name, "stock": item.stock, "size": item.case_size}
        yield Caution(UNEVEN_CASES, values)
