"""What the shop says in groups."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from bot.contact import Contact
from bot.views import group_chat, language
from bot.views.kit import Message
from models.shop.group_buy_records import GroupBuy, Item
from models.shop.reading import Missing
from tests.bot.views.coupon_gallery import CouponGallery

CONTACT = Contact("@tuanyou")


class GroupGallery(CouponGallery):
    """A group-buy of two items, one of one, and people who are asked."""

    def _groups(self) -> Iterator[tuple[str, Message]]:
        many, one = self._offer(("A", "放牧雞蛋"), ("B", "鹹鴨蛋")), self._offer(("A", "黑豬水餃"))
        words = self.said("+1")
        yield "group: in a group", group_chat.hello(self.programme.shop_name)
        yield "group: totals", group_chat.counted(many, CONTACT, asking=False)
        yield "group: totals, asking", group_chat.counted(many, CONTACT, asking=True)
        yield "group: totals, no address", group_chat.counted(many, Contact(), asking=True)
        one.items[0].case_size = 12
        yield "group: totals for a case", group_chat.counted(one, CONTACT, asking=False)
        one.minimum = 5
        yield "group: totals, enough", group_chat.counted(one, CONTACT, asking=False)
        one.minimum = 50
        yield "group: totals, too few", group_chat.counted(one, CONTACT, asking=False)
        yield "language: which", language.which()
        yield "language: switched", language.switched()
        yield "group: given up", group_chat.given_up([1, 2])
        yield "group: waiting in a group", group_chat.waiting(many.items)
        yield "group: which group-buy", group_chat.which_group_buy([one, many], words, CONTACT)
        for missing in Missing:
            yield f"group: asked {missing}", group_chat.asked(missing, many, words, CONTACT)
        yield "group: asked, of nothing", group_chat.asked(None, None, words, CONTACT)
        yield "group: which line", group_chat.which_line(12, words, CONTACT)
        yield "group: who is it", group_chat.unknown_person(words, CONTACT)
        yield (
            "group: in private",
            group_chat.in_private("登記了什麼，請到私訊看。", words, CONTACT),
        )
        yield "registered", group_chat.registered([one, many])
        yield "group: nothing here", group_chat.nothing_here()

    def _offer(self, *items: tuple[str, str]) -> GroupBuy:
        axes = orjson.dumps([["口味", [self.said("原味"), self.said("辣味")]]]).decode()
        made = [
            Item(
                code=code,
                name=self.said(name),
                unit=self.said("包"),
                price=180,
                price_now=180,
                aliases="[]",
                options=axes,
                option_aliases="[]",
                option_prices="[]",
                taken=17,
            )
            for code, name in items
        ]
        return GroupBuy(id=3, title=self.said("冬季團"), items=made)
