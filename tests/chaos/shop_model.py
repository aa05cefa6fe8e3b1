"""A shop as somebody would keep it in a notebook: who has what, owes what, and stands where.

It shares nothing with the shop but the rules, so that both going wrong in the
same way is unlikely. Everything happens within a few days: nothing expires.
"""

from __future__ import annotations

from tests.chaos.shop_pages import Line, Member, Offer, Order, Wait, less

TIERS = ((20_000, "diamond", 85), (8_000, "gold", 90), (3_000, "silver", 95), (0, "bronze", 100))
COUPON_OFF, COUPON_FROM = 50, 300
BOUGHT = ("paid", "picked_up")


class Refused(Exception):
    pass


class Notebook:
    """The whole shop; each method is one thing that happens, or raises `Refused`."""

    def __init__(self, members: int, coupons: int, points: int) -> None:
        self.members = [Member(points, 0, coupons) for _ in range(members)]
        self.offers: dict[int, Offer] = {}
        self.clock = 0

    def tier(self, member: int) -> tuple[str, int]:
        """Key and percentage paid, by what was picked up and not given back."""
        spent = sum(
            order.cash - order.refunded
            for offer in self.offers.values()
            for order in offer.orders
            if order.member == member and order.status == "picked_up"
        )
        return next((key, pay) for least, key, pay in TIERS if spent >= least)

    def call(self, number: int, member: int, item: str, quantity: int) -> None:
        offer = self.offers[number]
        if offer.stage != "open":
            raise Refused
        order = self._open(offer, member)
        if quantity > 0:
            order = self._join(offer, member, order, item, quantity)
        else:
            self._leave(offer, member, order, item, -quantity)
        if order is not None:
            self._price_or_drop(offer, order)
        if quantity < 0:
            self._refill(offer)
        self._lower(offer)

    def wish(self, number: int, member: int, *, coupon: bool, points: int) -> None:
        """Use a coupon and so many points on the open order."""
        offer = self.offers[number]
        order = self._open(offer, member)
        if offer.stage != "open" or order is None:
            raise Refused
        who = self.members[member]
        who.coupons += order.coupon
        goods = self._goods(offer, order)
        order.coupon = coupon and who.coupons > 0 and goods >= COUPON_FROM
        who.coupons -= order.coupon
        left = goods - COUPON_OFF * order.coupon
        self._use(order, min(points, who.available + order.points, left // 2))
        self._price(offer, order)

    def pay(self, order: Order, amount: int) -> None:
        if order.status == "refunded":
            raise Refused
        order.paid += amount
        order.locked = True
        if order.status == "placed" and order.paid >= order.cash:
            order.status = "paid"
            order.earned = order.pending = order.cash // 100

    def pick_up(self, order: Order) -> None:
        if order.status != "paid":
            raise Refused
        order.status = "picked_up"
        self.members[order.member].credit(order.pending)
        order.pending = 0

    def refund(self, order: Order, amount: int | None) -> None:
        left = order.cash - order.refunded
        if order.status not in BOUGHT or not left:
            raise Refused
        wanted = left if amount is None else amount
        if not 1 <= wanted <= left:
            raise Refused
        if wanted == left:
            self._release(order)
            self._take_back(order, order.earned - order.taken_back)
            order.status = "refunded"
            order.refunded = order.cash
            return
        order.refunded += wanted
        # in the order of the shop's books: first what it earned, then what was spent on it
        due = order.earned * order.refunded // order.cash
        self._take_back(order, due - order.taken_back)
        due = order.points * order.refunded // order.cash
        self.members[order.member].credit(due - order.returned)
        order.returned = due

    def close(self, number: int) -> None:
        offer = self.offers[number]
        if offer.stage != "open":
            raise Refused
        offer.stage = "closed"
        for name, item in offer.items.items():
            if item.case is not None:
                self.limit(offer, name, item.taken // item.case * item.case)
        for order in offer.orders:
            if order.status == "paid":
                self._give_difference(offer, order)

    def limit(self, offer: Offer, name: str, supply: int) -> None:
        """There are only so many: the earliest calls that fit whole are kept, the others wait."""
        claims = [
            (line, order)
            for order in offer.orders
            if order.status in ("placed", "paid")
            for line in order.lines
            if line.item == name
        ]
        gone = offer.items[name].taken - sum(line.quantity for line, _ in claims)
        left = max(supply - gone, 0)
        for line, order in sorted(claims, key=lambda claim: claim[0].at):
            if line.quantity <= left:
                left -= line.quantity
            else:
                self._cut(offer, order, line)
        offer.items[name].supply = max(supply, gone)

    def fail(self, number: int) -> None:
        offer = self.offers[number]
        if offer.stage not in ("open", "closed"):
            raise Refused
        if any(order.status == "picked_up" for order in offer.orders):
            raise Refused
        offer.stage = "failed"
        for order in offer.orders:
            if order.status in ("placed", "paid"):
                self._release(order)
                self._take_back(order, order.earned - order.taken_back)
                order.status = "cancelled"
                for line in order.lines:
                    offer.items[line.item].taken -= line.quantity
        offer.waits.clear()

    def reopen(self, number: int) -> None:
        offer = self.offers[number]
        if offer.stage != "closed":
            raise Refused
        offer.stage = "open"
        for item in offer.items.values():
            item.supply = None
        self._refill(offer)

    def _open(self, offer: Offer, member: int) -> Order | None:
        mine = [o for o in offer.orders if o.member == member and not o.locked]
        return mine[0] if mine else None

    def _join(
        self, offer: Offer, member: int, order: Order | None, item: str, quantity: int
    ) -> Order | None:
        waited_for = any(wait.item == item for wait in offer.waits)
        if waited_for or not offer.items[item].take(quantity):
            offer.waits.append(Wait(member, item, quantity))
            return order
        return self._add(offer, member, order, item, quantity)

    def _add(
        self, offer: Offer, member: int, order: Order | None, item: str, quantity: int
    ) -> Order:
        if order is None:
            order = Order(member, f"{offer.number}-{len(offer.orders) + 1}")
            offer.orders.append(order)
        self.clock += 1
        order.lines.append(Line(item, quantity, self.clock))
        return order

    def _leave(
        self, offer: Offer, member: int, order: Order | None, item: str, quantity: int
    ) -> None:
        waits = [w for w in offer.waits if w.member == member and w.item == item]
        lines = [line for line in order.lines if line.item == item] if order else []
        if sum(w.quantity for w in waits) + sum(line.quantity for line in lines) < quantity:
            raise Refused
        both: list[Wait | Line] = [*waits[::-1], *lines[::-1]]
        for each in both:
            fewer = min(each.quantity, quantity)
            each.quantity -= fewer
            quantity -= fewer
            if isinstance(each, Line):
                offer.items[item].taken -= fewer
        offer.waits = [wait for wait in offer.waits if wait.quantity]
        if order:
            order.lines = [line for line in order.lines if line.quantity]

    def _price_or_drop(self, offer: Offer, order: Order) -> None:
        if order.lines:
            self._price(offer, order)
            return
        self._release(order)
        order.status, order.locked = "cancelled", True

    def _goods(self, offer: Offer, order: Order) -> int:
        pay = self.tier(order.member)[1]
        return sum(
            line.quantity * offer.items[line.item].price * pay // 100 for line in order.lines
        )

    def _price(self, offer: Offer, order: Order) -> None:
        who, pay = self.members[order.member], self.tier(order.member)[1]
        tiered = [
            line.quantity * offer.items[line.item].price * pay // 100 for line in order.lines
        ]
        if order.coupon and sum(tiered) < COUPON_FROM:
            order.coupon = False
            who.coupons += 1
        reduced = less(tiered, COUPON_OFF * order.coupon)
        self._use(order, min(order.points, sum(reduced) // 2))
        for line, amount in zip(order.lines, less(reduced, order.points), strict=True):
            line.amount = amount
        order.cash, order.pay = sum(line.amount for line in order.lines), pay

    def _give_difference(self, offer: Offer, order: Order) -> None:
        """Prices that came down since somebody paid."""
        prices = [(line.quantity, offer.items[line.item].price) for line in order.lines]
        tiered = sum(quantity * price * order.pay // 100 for quantity, price in prices)
        goods = tiered - COUPON_OFF * (order.coupon and tiered >= COUPON_FROM)
        now = goods - min(order.points - order.returned, goods // 2)
        if order.cash - order.refunded > now:
            self.refund(order, order.cash - order.refunded - now)

    def _use(self, order: Order, points: int) -> None:
        """Points against an order: some come back, or more are spent."""
        who = self.members[order.member]
        if points < order.points:
            who.credit(order.points - points)
        else:
            who.available -= points - order.points
        order.points = points

    def _release(self, order: Order) -> None:
        who = self.members[order.member]
        who.coupons += order.coupon
        who.credit(order.points - order.returned)
        order.coupon, order.returned = False, order.points

    def _take_back(self, order: Order, points: int) -> None:
        """From what is pending of the order, then from her purse, and else she owes it."""
        who = self.members[order.member]
        order.taken_back += points
        pending = min(points, order.pending)
        order.pending -= pending
        drawn = min(points - pending, who.available)
        who.available -= drawn
        who.owed += points - pending - drawn

    def _cut(self, offer: Offer, order: Order, line: Line) -> None:
        offer.items[line.item].taken -= line.quantity
        order.lines.remove(line)
        offer.waits.append(Wait(order.member, line.item, line.quantity))
        if order.status == "placed":
            self._price_or_drop(offer, order)
        elif not order.lines:
            self.refund(order, None)
        elif line.amount:
            self.refund(order, line.amount)

    def _refill(self, offer: Offer) -> None:
        for name in offer.items:
            for wait in [wait for wait in offer.waits if wait.item == name]:
                if offer.items[name].take(wait.quantity):
                    offer.waits.remove(wait)
                    order = self._open(offer, wait.member)
                    order = self._add(offer, wait.member, order, name, wait.quantity)
                    self._price(offer, order)

    def _lower(self, offer: Offer) -> None:
        fallen = False
        for item in offer.items.values():
            for least, price in item.rungs:
                if item.taken >= least and price < item.price:
                    item.price, fallen = price, True
        if fallen:
            for order in offer.orders:
                if not order.locked:
                    self._price(offer, order)
