"""How a text reads among what is open to its writer, and what they mean who quote a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import spoken, words
from bot.context import Context
from models.shop import calling, showings, storefront
from models.shop.calling import Place, Understood
from models.shop.group_buy_records import GroupBuy
from models.shop.quoting import Proposal
from models.shop.reading import Chat, Expect, Line
from models.shop.showings import Shown
from models.talk import inbox


@dataclass(frozen=True)
class Quoted:
    """What a message quotes: a card of these group-buys, chat, or nothing."""

    shown: tuple[Shown, ...] = ()
    chat: bool = False

    @property
    def one(self) -> Shown | None:
        """The group-buy that is named, and the code of its item."""
        return self.shown[0] if len(self.shown) == 1 else None

    def among(self, offers: Sequence[GroupBuy]) -> Sequence[GroupBuy]:
        """Those of them that may be meant."""
        numbers = {each.number for each in self.shown}
        return [offer for offer in offers if offer.id in numbers] if numbers else offers


@dataclass(frozen=True)
class Surroundings:
    """What is open to somebody, what they have there, and what they quote."""

    shelf: storefront.Shelf
    had: Mapping[int, Sequence[Line]]
    quoted: Quoted


@dataclass(frozen=True)
class Heard:
    """A text with what is open to its writer, what they have there, and how it reads."""

    text: str
    offers: Sequence[GroupBuy]
    had: Mapping[int, Sequence[Line]]
    understood: Understood

    @property
    def expect(self) -> Expect:
        return self.understood.reading.expect

    @property
    def acts(self) -> bool:
        return self.expect in calling.ACTS


def quoted(ctx: Context) -> Quoted:
    """What the message quotes.

    A question that waits for its answer may be quoted with it; that is no chat.
    """
    message_id = ctx.event.quoted_id
    if message_id is None:
        return Quoted()
    shown = showings.of(ctx.session, message_id)
    if shown:
        return Quoted(shown)
    answers = ctx.awaited() is not None
    return Quoted(chat=not answers or inbox.said(ctx.session, ctx.person, message_id))


def surroundings(
    ctx: Context, pending: tuple[Proposal, str] | None, quotes: Quoted
) -> Surroundings:
    """What is open to the member, and what they have there, what waits for 確認 included."""
    shelf = storefront.shelf(
        ctx.session, ctx.member.id, now=ctx.now, programme=ctx.programme, access=ctx.access
    )
    had = calling.had_in(ctx.session, ctx.member.id, shelf.open)
    if pending is not None:
        for offer in shelf.open:
            if offer.id == pending[0].number:
                had[offer.id] = calling.with_wants(offer, had[offer.id], pending[0].wants)
    return Surroundings(shelf, had, quotes)


def understood(ctx: Context, text: str, among: Surroundings) -> Heard:
    """How a text reads there."""
    # an organisers' word, even one that resembles a member's, is no member's wish
    recognise = None if words.plain(text).startswith("/") else spoken.recognise
    quotes = among.quoted
    place = Place(
        Chat.DIRECT,
        writer=ctx.member.name,
        quotes=quotes.one,
        quotes_chat=quotes.chat,
        recognise=recognise,
    )
    offers = quotes.among(among.shelf.open)
    return Heard(text, offers, among.had, calling.understand(text, offers, among.had, place))
