"""Who is an organiser: never by a name, nor by what an event holds beside its signed user."""

import re

import orjson
import pytest
from sqlalchemy import func, select

import handlers
from bot import router
from models.loyalty import coupons, rewards
from models.people import audit
from models.people.roles import Role
from models.talk.outbox_records import OutboxMessage
from models.talk.switches import CampaignSwitch
from models.talk.tickets import Ticket
from scheduler.campaign import CAMPAIGNS
from tests.bot.calls import bring, made, said
from tests.shop import Phone, Shop

handlers.load()
RESTRICTED = [c for c in router.COMMANDS.values() if c.role is not Role.MEMBER]
WORDS = sorted({word for command in RESTRICTED for word in command.words})
APOLOGIES = ("還看不懂", "會錯意", "還是沒看懂")


@pytest.fixture
def code(shop: Shop, mei: Phone) -> str:
    """A coupon of 小美's, and a question of hers: things worth an attack."""
    mei.follows()
    mei.says("生日 3/5")
    mei.says("客服 在嗎")
    with shop.sessions() as session:
        return session.scalars(select(coupons.Coupon.code)).first() or ""


def attempts(code: str) -> list[str]:
    """Every organisers' command with arguments that would work."""
    arguments = {"/核銷": code, "/作廢": code, "/回覆": "#1 你好", "/開關": "生日"}
    arguments["/獎品"] = "新增 保溫杯 300"
    return [f"{word} {arguments.get(word, '')}".strip() for word in WORDS]


def done(shop: Shop) -> dict[str, object]:
    """What organisers' commands would have changed."""
    with shop.sessions() as session:
        return {
            "audited": session.scalar(select(func.count()).select_from(audit.AuditEntry)),
            "switched": session.scalars(select(CampaignSwitch.key)).all(),
            "answered": session.scalars(select(Ticket.answered_at)).all(),
            "coupons": sorted(session.scalars(select(coupons.Coupon.state))),
            "rewards": session.scalars(select(rewards.Reward.name)).all(),
        }


def refused_all(shop: Shop, phone: Phone, code: str) -> None:
    before = done(shop)

    heard = {words: phone.says(words).text for words in attempts(code)}

    assert {words: text for words, text in heard.items() if not ordinary(text)} == {}
    assert done(shop) == before


def ordinary(text: str) -> bool:
    """What members hear who were not understood: an apology, or a guess among their own words."""
    guessed = re.search("是想看「(.*)」", text)
    if guessed is not None:
        return router.find(guessed[1], Role.MEMBER) is not None
    return any(sorry in text for sorry in APOLOGIES)


def test_a_name_gives_no_role(shop: Shop, code: str):
    pretender = shop.phone("老闆")
    pretender.follows()
    pretender.says("稱呼 老闆")

    refused_all(shop, pretender, code)


def test_an_organisers_postback_replayed_does_nothing_twice(shop: Shop, boss: Phone, code: str):
    source = {"type": "user", "userId": boss.id}
    tap = made(shop.clock(), "postback", source=source, postback={"data": f"/核銷 {code}"})
    bring(shop, tap)
    shop.settle()
    before = done(shop)

    for _ in range(3):
        bring(shop, tap)
        bring(shop, tap | {"deliveryContext": {"isRedelivery": True}})
        shop.settle()

    assert done(shop) == before
    assert before["coupons"].count("used") == 1


def test_an_organisers_words_signed_for_somebody_else_are_theirs(
    shop: Shop, lin: Phone, code: str
):
    """Whoever the signed event names is who speaks, whatever else it holds."""
    before = done(shop)
    spoken = said(f"/核銷 {code}", shop.clock(), source={"type": "user", "userId": lin.id})
    spoken["userId"] = spoken["message"]["userId"] = "U" + "0" * 32
    spoken["message"]["mention"] = {"mentionees": [{"type": "user", "userId": "U" + "0" * 32}]}

    bring(shop, spoken)
    shop.settle()

    assert done(shop) == before


def test_support_may_do_no_more_than_support(shop: Shop, code: str):
    helper = shop.phone("小幫手", role=Role.SUPPORT)

    assert ordinary(helper.says(f"/作廢 {code}").text)
    assert ordinary(helper.says("/開關 生日").text)
    assert "已核銷" in helper.says(f"/核銷 {code}")


def test_help_names_only_what_one_may_do(shop: Shop, mei: Phone, boss: Phone):
    mei.follows()

    member, organiser = (orjson.dumps(each.says("說明")).decode() for each in (mei, boss))

    assert [word for word in WORDS if word in member] == []
    assert [c.words[0] for c in RESTRICTED if c.topic and c.words[0] not in organiser] == []


def test_the_owner_of_the_settings_needs_no_follow(engine, sessions, programme, now):
    owner = "U" + "a" * 32
    shop = Shop(engine, sessions, programme, now, owner=owner)
    shop.platform.add_user("老闆娘", user_id=owner)
    bring(shop, said("/客服單", now, source={"type": "user", "userId": owner}))
    shop.settle()

    with shop.sessions() as session:
        bodies = session.scalars(select(OutboxMessage.messages)).all()
    shop.close()
    assert "沒有等待回覆的問題" in "".join(bodies)


def test_every_automatic_message_can_be_named_as_it_is_shown(boss: Phone):
    for campaign in CAMPAIGNS.values():
        assert campaign.title in boss.says(f"/開關 {campaign.title}")
