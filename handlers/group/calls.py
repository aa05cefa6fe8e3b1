"""What is called in a group: booked at once, and mostly without a word.

Whoever reads along hears how many there are, at most once a minute; what is about
one person is said to them in 1:1.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import spoken
from bot.context import Message, Reply
from bot.remarks import Remark
from bot.router import event
from bot.texts import _, refusal
from bot.views import group_buys as offers
from bot.views import group_chat as cards
from bot.views import kit
from models.base import Refusal
from models.people.members import Member
from models.shop import calling, group_calls, posts, relays, showings
from models.shop.bill_records import Call
from models.shop.calling import Place, Understood
from models.shop.group_buys import Closed, GroupBuy
from models.shop.group_calls import Saying
from models.shop.ordering import Outcome, TooManyAtOnce
from models.shop.reading import Chat, Expect, Line, Missing, Reading
from models.talk import early_edits, pauses
from models.talk.early_edits import Early
from scheduler import deposit_notices, notices

SHOP, ORDERS = "團購", "我的訂單"
PUBLIC = (Closed, TooManyAtOnce)  # refusals that say nothing about anybody
SHOPPING = re.compile("[團团買买]|shop", re.IGNORECASE)  # no way of saying 團購 does without
COUNTED = re.compile("[記訂喊買收加算報跟]到")
ACTS = (Expect.ORDER, Expect.CHANGE, Expect.CANCEL)


@dataclass(frozen=True)
class Heard:
    """A text, how it reads among what is posted here, and what its writer has."""

    words: str
    understood: Understood
    posted: Sequence[GroupBuy]
    had: Mapping[int, Sequence[Line]]
    before: Call | None
    at: datetime | None = None  # of the edit that says so

    @property
    def expect(self) -> Expect:
        return self.understood.reading.expect

    @property
    def group_buy(self) -> GroupBuy | None:
        """The one in which it acts."""
        return self.understood.group_buy if self.expect in ACTS else None


NOTHING = Heard("", Understood(Reading(Expect.NONE)), (), {}, None)


@event("group:said")
def said(remark: Remark) -> Reply:
    """A text, or a button of a card."""
    happened = remark.event
    text = happened.data if happened.kind == "postback" else happened.unmentioned
    heard = _edited_before(remark, _heard(remark, text, None))
    if heard.expect is Expect.COMMAND:
        return _shop(remark, heard)
    if heard.expect is Expect.NONE:
        return _whether_it_counted(remark, heard)
    return _wished(remark, heard) if heard.posted else None


@event("group:messageEdited")
def edited(remark: Remark) -> Reply:
    """A text that was changed: what it says now counts, in place of what it said."""
    happened = remark.event
    if happened.message_id is None:
        return None
    before = group_calls.find(remark.session, happened.message_id)
    if before is not None and before.said_at >= happened.occurred_at:
        return None
    if happened.user_id is None:
        # LINE names nobody here, but only its writer can edit a message
        if before is None:
            _hold(remark, happened.message_id)
        if before is None or before.member_id is None:
            return None
        remark.member = remark.session.get(Member, before.member_id)
    heard = _heard(remark, happened.unmentioned, before)
    if not heard.posted and before is None:
        return None
    replied = _book(remark, heard)
    asks = heard.expect in (*ACTS, Expect.ASK) and heard.group_buy is None
    return (_ask(remark, heard) if asks else None) or replied


def _hold(remark: Remark, message_id: str) -> None:
    """Keep an edit whose message is still to come; nothing of one that orders nothing."""
    heard = _heard(remark, remark.event.unmentioned, None)
    if heard.posted:
        said = heard.words if heard.expect in (*ACTS, Expect.ASK) else ""
        early = Early(said, remark.event.occurred_at)
        early_edits.hold(remark.session, message_id, early, now=remark.now)


def _edited_before(remark: Remark, heard: Heard) -> Heard:
    """What a message says by now, if an edit of it came before it did."""
    message_id = remark.event.message_id
    if not heard.posted or message_id is None or remark.event.user_id is None:
        return heard
    early = early_edits.take(remark.session, message_id, now=remark.now)
    if early is None:
        return heard
    saying = Saying(remark.chat_id, message_id, early.at)
    group_calls.keep(remark.session, saying, None, remark.member, ())
    return replace(_heard(remark, early.words, None), at=early.at) if early.words else NOTHING


def _wished(remark: Remark, heard: Heard) -> Reply:
    """What an order, or what may be one, comes to."""
    message_id = remark.event.message_id
    if remark.event.user_id is None:
        if not remark.may_say(f"unknown:{remark.chat_id}"):
            return None
        return cards.unknown_person(heard.words, remark.contact)
    if heard.at is None and message_id and group_calls.find(remark.session, message_id):
        return None  # its edit came first
    return _ask(remark, heard) if heard.group_buy is None else _book(remark, heard)


@event("group:refused")
def refused(remark: Remark, no: Refusal) -> Reply:
    """What cannot be done: a sentence if it may be said before everybody."""
    if not remark.may_tell("refused"):
        return None
    if isinstance(no, PUBLIC):
        return kit.text(refusal(no))
    sentence = _("這則要私下處理，請到私訊告訴我。")
    text = remark.event.words or remark.event.text
    return cards.in_private(sentence, text, remark.contact)


def _heard(remark: Remark, text: str, before: Call | None) -> Heard:
    session, chat_id = remark.session, remark.chat_id
    posted = list(posts.offers(session, chat_id, now=remark.now))
    quoted_id = remark.event.quoted_id
    if not posted and not quoted_id and not before and not SHOPPING.search(text):
        return NOTHING
    quoted = posts.quoted(session, chat_id, quoted_id) if quoted_id else None
    shown = showings.of(session, quoted_id) if quoted_id and quoted is None else ()
    of_old = session.get(GroupBuy, before.group_buy_id) if before and before.group_buy_id else None
    for each in (quoted.group_buy if quoted else None, of_old):
        if each is not None and each not in posted:
            posted.append(each)
    member = remark.member if posted else None
    had = calling.had_in(session, member.id, posted) if member else {}
    place = Place(
        Chat.GROUP,
        writer=member.name if member else "",
        names=_names(remark, text, posted),
        quotes=(quoted.group_buy.id, quoted.code) if quoted else None,
        quotes_chat=bool(
            quoted_id
            and not (quoted or shown)
            and not posts.untold(session, chat_id, now=remark.now)
        ),
        recognise=_recognised,
    )
    left = group_calls.without(had, before, posted)
    meant = [each for each in posted if each.id in {card.number for card in shown}] or posted
    return Heard(text, calling.understand(text, meant, left, place), posted, had, before)


def _recognised(text: str) -> str | None:
    """The command a text calls; only one is known here, and most talk is far from it."""
    return spoken.recognise(text) if SHOPPING.search(text) else None


def _names(remark: Remark, text: str, posted: Sequence[GroupBuy]) -> frozenset[str]:
    """Whom the chat knows; nobody is named in `A+2 B1`, which is most of what is called."""
    if not posted or text.isascii():
        return frozenset()
    return group_calls.names(remark.session, remark.chat_id, [each.id for each in posted])


def _book(remark: Remark, heard: Heard) -> Reply:
    """Carry out what was said, in place of what the message said before."""
    group_buy, before, happened = heard.group_buy, heard.before, remark.event
    left = group_calls.without(heard.had, before, heard.posted)
    wants = []
    if group_buy is not None:
        reading = heard.understood.reading
        wants = calling.wants(group_buy, reading, left.get(group_buy.id, ()))
    saying = Saying(remark.chat_id, happened.message_id, heard.at or happened.occurred_at)
    if not wants and (before is None or not group_calls.wants_of(before)):
        if happened.kind == "messageEdited":
            group_calls.keep(remark.session, saying, None, None, ())
        return None
    with remark.session.begin_nested():
        outcomes = group_calls.carry_out(
            remark.session,
            saying,
            group_buy if wants else None,
            _whose(remark),
            wants,
            before=before,
            had=heard.had,
            now=remark.now,
            programme=remark.programme,
        )
    for each in outcomes:
        notices.follow(remark.session, each, by=_whose(remark).id, now=remark.now)
        deposit_notices.asked(remark.session, each, now=remark.now, programme=remark.programme)
    return _told(remark, outcomes[-1]) if outcomes else None


def _whose(remark: Remark) -> Member:
    return remark.member or remark.enrol()


def _told(remark: Remark, outcome: Outcome) -> Reply:
    """How many there are, if it is time to say so, and who has to wait."""
    session, now, token = remark.session, remark.now, remark.event.reply_token
    if token is None:
        return None
    group_buy, messages = outcome.group_buy, list[Message]()
    if posts.may_count(session, remark.chat_id, group_buy.id, now=now):
        asking = group_calls.unasked(session, group_buy.id, now=now)
        messages.append(cards.counted(group_buy, remark.contact, asking=asking))
        # who answers this answers about the group-buy
        posts.post(session, group_buy, remark.chat_id, [None], reply_token=token, now=now)
    if outcome.waiting and remark.may_tell("waiting"):
        messages.append(cards.waiting([wait.item for wait in outcome.waiting]))
    # more is booked without a word, but who gives something up would not know
    if not messages and outcome.dropped and not outcome.taken:
        messages.append(cards.given_up([-want.quantity for want in outcome.dropped]))
    return messages


def _ask(remark: Remark, heard: Heard) -> Reply:
    """The question to somebody whose wish is not clear."""
    if not remark.may_tell("asked"):
        return None
    text, understood = heard.words, heard.understood
    if heard.expect in ACTS:
        return cards.which_group_buy(understood.candidates, text, remark.contact)
    missing = understood.reading.missing
    if missing is Missing.TARGET:
        writer = remark.member.name if remark.member else ""
        line = relays.own_line(heard.words, writer)
        if line is not None:
            return cards.which_line(line.number, line.order, remark.contact)
    if missing is Missing.ITEM and len(understood.candidates) > 1:
        return cards.which_group_buy(understood.candidates, text, remark.contact)
    return cards.asked(missing, understood.group_buy, text, remark.contact)


def _shop(remark: Remark, heard: Heard) -> Reply:
    """What is open here, at the price that everybody pays."""
    token = remark.event.reply_token
    if token is None or not remark.may_say(f"shop:{remark.chat_id}", every=pauses.MINUTE):
        return None
    if heard.understood.reading.command != SHOP:
        return None
    if not heard.posted:
        return cards.nothing_here()
    if len(heard.posted) == 1:
        [alone] = heard.posted
        item = alone.items[0] if len(alone.items) == 1 else None
        posts.post(
            remark.session, alone, remark.chat_id, [item], reply_token=token, now=remark.now
        )
    return offers.offer_carousel(heard.posted, now=remark.now, viewers={})


def _whether_it_counted(remark: Remark, heard: Heard) -> Reply:
    """有登記到嗎: what somebody has ordered is told to them alone."""
    about_it = any(heard.had.values()) or (heard.posted and COUNTED.search(heard.words))
    if not about_it or spoken.recognise(heard.words) != ORDERS or not remark.may_tell("counted"):
        return None
    return cards.in_private(_("登記了什麼，請到私訊看「我的訂單」。"), ORDERS, remark.contact)
