"""Every organisers' command × everybody who is none: nothing done, the ordinary answer.

The commands are those that are registered: a new one is tried from its first
day. One shop for each database, so that all of this takes seconds.
"""

from __future__ import annotations

import hashlib
import re
import shutil

import pytest
from sqlalchemy import select

import handlers
import models.database
from bot import confirming, router
from bot.dispatch import sentence
from handlers.member.confirmation import StaleButton
from models.base import Base
from models.loyalty.coupons import Coupon
from models.people import roles
from models.people.roles import Role
from models.talk import conversation
from tests.conftest import SECRET
from tests.journeys.test_coupons import CODE
from tests.shop import Phone, Shop

handlers.load()
RESTRICTED = list(dict.fromkeys(c for c in router.COMMANDS.values() if c.role is not Role.MEMBER))
# what was said, what waits to be said, and to whom: this may change
TALK = {"inbox", "inbox_lanes", "outbox", "outbox_senders", "outbox_holds", "conversations"}
APOLOGIES = ("還看不懂", "會錯意", "還是沒看懂")


class Cast:
    """小美 with a coupon and a question, 老闆, and everybody who would like to be one."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.boss, self.mei = shop.phone("老闆", role=Role.OWNER), shop.phone("小美")
        self.lin, self.stranger = shop.phone("小林"), shop.phone("陌生人")
        self.removed = shop.phone("阿肯", role=Role.OWNER)
        for phone in (self.boss, self.mei, self.lin, self.removed):
            phone.follows()
            phone.says(f"稱呼 {phone.name}")
        self.stranger.says("你好")
        self.mei.says("生日 3/5")
        self.mei.says("客服 在嗎")
        self.boss.says("/開關 歡迎新朋友")
        self.removed.says("/開關 點數到期")
        self.removed.says("/復原")
        with shop.sessions.begin() as session:
            roles.grant(session, self.removed.id, Role.MEMBER, by="test", now=shop.clock())
        code = CODE.findall(self.mei.says("優惠券").text)[0]
        self.arguments = {"/核銷": code, "/作廢": code, "/回覆": "#1 你好", "/開關": "生日"}

    def attempts(self) -> list[str]:
        """Every word of every command, alone and with arguments that would work."""
        said = []
        for command in RESTRICTED:
            example = command.usage.partition(" ")[2]
            for word in command.words:
                said += [word, f"{word} {self.arguments.get(command.words[0], example)}"]
        return list(dict.fromkeys(each.strip() for each in said))

    def says_all(self, phone: Phone, attempts: list[str], *, tapped: bool = False) -> list[str]:
        """What is heard to each, all of it brought in one webhook."""
        phone.hears()
        with self.shop.platform.batch():
            for words in attempts:
                if tapped:
                    self.shop.platform.tap(phone.id, {"type": "postback", "data": words})
                else:
                    self.shop.platform.say(phone.id, words)
        self.shop.settle()
        return [str(m.get("text") or m.get("altText")) for m in phone.hears()]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def cast(request, tmp_path_factory, programme):
    from tests.shop import taipei

    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("matrix") / "shop.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield from opened(f"sqlite:///{path}", programme, taipei(2026, 11, 24, 12))
    else:
        with request.getfixturevalue("cluster").fresh() as url:
            yield from opened(url, programme, taipei(2026, 11, 24, 12))


def opened(url, programme, now):
    engine = models.database.connect(url)
    shop = Shop(engine, models.database.sessions(engine, SECRET), programme, now)
    yield Cast(shop)
    shop.close()
    engine.dispose()


def books(shop: Shop) -> dict[str, tuple[int, str]]:
    """Every table but the talk: how many rows, and a hash of them all."""
    found = {}
    with shop.sessions() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in TALK:
                rows = sorted(map(repr, session.execute(select(table))))
                found[table.name] = len(rows), hashlib.sha256("".join(rows).encode()).hexdigest()
    return found


def ordinary(text: str) -> bool:
    """What members hear who were not understood: an apology, or a guess among their own words."""
    guessed = re.search("是想看「(.*)」", text)
    if guessed is not None:
        return router.find(guessed[1], Role.MEMBER) is not None
    return any(sorry in text for sorry in APOLOGIES)


@pytest.mark.parametrize("tapped", [False, True], ids=["typed", "forged postback"])
@pytest.mark.parametrize("who", ["stranger", "mei", "removed"])
def test_to_whoever_runs_no_shop_they_mean_nothing(cast: Cast, who: str, tapped: bool):
    attempts = cast.attempts()
    before = books(cast.shop)

    heard = cast.says_all(getattr(cast, who), attempts, tapped=tapped)

    assert len(heard) == len(attempts)
    told = dict(zip(attempts, heard, strict=True))
    assert {words: text for words, text in told.items() if not ordinary(text)} == {}
    assert books(cast.shop) == before


def test_support_may_do_what_is_supports_and_no_more(cast: Cast):
    helper = cast.shop.phone("客服", role=Role.SUPPORT)
    helper.follows()
    beyond = {word for c in RESTRICTED if not Role.SUPPORT.covers(c.role) for word in c.words}
    attempts = [words for words in cast.attempts() if words.split()[0] in beyond]
    before = books(cast.shop)

    heard = cast.says_all(helper, attempts)

    told = dict(zip(attempts, heard, strict=True))
    assert {words: text for words, text in told.items() if not guessed_or_ordinary(text)} == {}
    assert books(cast.shop) == before


def guessed_or_ordinary(text: str) -> bool:
    guessed = re.search("是想看「(.*)」", text)
    return ordinary(text) or (
        guessed is not None and router.find(guessed[1], Role.SUPPORT) is not None
    )


@pytest.mark.parametrize("room", [False, True], ids=["group", "room"])
@pytest.mark.parametrize("tapped", [False, True], ids=["typed", "postback"])
def test_in_a_group_an_organiser_is_not_even_answered(cast: Cast, room: bool, tapped: bool):
    """But for the commands that say why they may be given where everybody reads along."""
    aside = {word for c in RESTRICTED if c.in_group for word in c.words}
    attempts = [words for words in cast.attempts() if words.split()[0] not in aside]
    before = books(cast.shop)

    assert in_group(cast, cast.boss, attempts, room=room, tapped=tapped) == []

    assert cast.boss.hears() == []
    assert books(cast.shop) == before


def test_in_a_group_nobody_else_is_answered_at_all(cast: Cast):
    attempts = cast.attempts()
    before = books(cast.shop)

    for who in (cast.mei, cast.removed):
        assert in_group(cast, who, attempts, room=False, tapped=False) == []
        assert who.hears() == []

    assert books(cast.shop) == before


def in_group(cast: Cast, who: Phone, attempts: list[str], *, room: bool, tapped: bool) -> list:
    """What the bot says in a group of theirs."""
    shop = cast.shop
    who.hears()
    group = shop.platform.add_group("團購群", [who.id], room=room)
    shop.settle()
    greeted = len(shop.platform.heard(group))
    with shop.platform.batch():
        for words in attempts:
            if tapped:
                shop.platform.tap(who.id, {"type": "postback", "data": words}, group=group)
            else:
                shop.platform.say(who.id, words, group=group)
    shop.settle()
    return shop.platform.heard(group)[greeted:]


def test_no_confirmation_is_given_by_anybody_else_nor_twice(cast: Cast):
    """For every act and every other question whose answer is 確認, each asked of an owner."""
    shop, stale = cast.shop, sentence(StaleButton())["text"]
    asked = [(confirming.DIALOGUE, act) for act in confirming.ACTS]
    asked += [
        (name, "")
        for name in sorted(router.CONFIRMING)
        if router.DIALOGUES[name].__module__.startswith("handlers.organiser")
    ]
    owners = [shop.phone(f"店長{number}", role=Role.OWNER) for number in range(len(asked))]
    taps(shop, [(owner, "說明") for owner in owners])
    buttons = [f"確認 {number:08x}" for number in range(len(asked))]
    with shop.sessions.begin() as session:
        for owner, button, (dialogue, act) in zip(owners, buttons, asked, strict=True):
            facts = {"act": act, "data": {}, "said": "試試看"}
            nonce = button.split()[1]
            conversation.await_answer(
                session, owner.id, dialogue, facts, nonce=nonce, now=shop.clock()
            )
    before = books(shop)

    for other in (cast.mei, cast.lin, cast.stranger, cast.boss):
        assert cast.says_all(other, buttons, tapped=True) == [stale] * len(buttons)
    assert books(shop) == before

    with shop.sessions.begin() as session:
        for owner in owners:
            roles.take_away(session, owner.id)
    before = books(shop)
    heard = taps(shop, list(zip(owners, buttons, strict=True)))
    assert [text for text in heard if "沒有等待確認" not in text] == []

    with shop.sessions.begin() as session:
        for owner in owners:
            conversation.answered(session, owner.id)
    assert taps(shop, list(zip(owners, buttons, strict=True))) == [stale] * len(buttons)
    assert books(shop) == before


def taps(shop: Shop, pairs: list[tuple[Phone, str]]) -> list[str]:
    """What each of them hears to what they tapped."""
    with shop.platform.batch():
        for phone, data in pairs:
            phone.hears()
            shop.platform.tap(phone.id, {"type": "postback", "data": data})
    shop.settle()
    return [phone.hears().text for phone, _ in pairs]


def test_every_command_and_act_names_a_role_and_its_group_a_reason():
    assert [c.words for c in RESTRICTED if not c.role.covers(Role.SUPPORT)] == []
    slashed = [word for word, c in router.COMMANDS.items() if word.startswith("/")]
    assert [w for w in slashed if router.COMMANDS[w].role is Role.MEMBER] == []
    assert [n for n, act in confirming.ACTS.items() if not act.role.covers(Role.SUPPORT)] == []
    assert [c.words for c in RESTRICTED if c.in_group and len(c.in_group) < 5] == []


def test_a_command_without_a_role_cannot_be_registered():
    """Whoever writes an organisers' command must name the role: the slash demands it."""
    with pytest.raises(ValueError, match="slash"):
        router.command("/沒有角色")(lambda ctx: None)


def test_the_attempts_are_worth_their_name(cast: Cast):
    """The control, and the last: for an organiser each means something, and much is done."""
    attempts = cast.attempts()
    before = books(cast.shop)

    heard = cast.says_all(cast.boss, attempts)

    assert len(heard) >= len(attempts)
    assert [text for text in heard if ordinary(text)] == []
    after = books(cast.shop)
    changed = {name for name in before if before[name] != after[name]}
    assert changed >= {"audit_log", "campaign_switches", "coupons", "tickets", "done_acts"}
    with cast.shop.sessions() as session:
        assert "used" in set(session.scalars(select(Coupon.state)))
