"""/復原: the last act, once, within a day, by whoever did it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import undoing
from bot.dispatch import sentence
from models.people import roles
from models.people.acts import NothingToUndo
from models.people.audit import AuditEntry
from models.people.roles import Role
from models.talk import switches
from tests.shop import Phone, Shop

NOTHING = sentence(NothingToUndo())["text"]


def birthday_is_on(shop: Shop) -> bool:
    with shop.sessions() as session:
        return switches.is_on(session, "birthday")


def test_the_last_act_is_shown_confirmed_and_undone_once(shop: Shop, boss: Phone):
    boss.says("/開關 生日")
    assert not birthday_is_on(shop)

    shown = boss.says("/復原")
    assert "關掉「生日" in shown
    assert "11/24(二) 12:00" in shown
    assert not birthday_is_on(shop)

    assert "已打開" in boss.taps("確認")
    assert birthday_is_on(shop)
    assert boss.says("/復原").text == NOTHING
    with shop.sessions() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["campaign.switch", "undo"]


def test_the_last_comes_first_and_each_once(shop: Shop, boss: Phone):
    boss.says("/開關 生日")
    boss.says("/開關 點數到期")

    assert "點數到期" in boss.says("/復原")
    assert "點數到期" in boss.says("確認")
    assert "生日" in boss.says("/復原")
    assert "生日" in boss.says("確認")
    assert boss.says("/復原").text == NOTHING


def test_a_day_later_it_stays_done(shop: Shop, boss: Phone):
    boss.says("/開關 生日")
    shop.clock.jump(timedelta(hours=24) - timedelta(minutes=5))
    boss.says("/復原")

    shop.clock.jump(timedelta(minutes=5))

    assert boss.says("確認").text == NOTHING
    assert boss.says("/復原").text == NOTHING
    assert not birthday_is_on(shop)


def test_nobody_undoes_what_somebody_else_did(shop: Shop, boss: Phone):
    boss.says("/開關 生日")
    other = shop.phone("阿芳", role=Role.OWNER)
    other.follows()

    assert other.says("/復原").text == NOTHING
    assert not birthday_is_on(shop)


def test_whoever_may_not_do_it_may_not_undo_it(shop: Shop, boss: Phone):
    boss.says("/開關 生日")
    with shop.sessions.begin() as session:
        roles.grant(session, boss.id, Role.SUPPORT, by="test", now=shop.clock())

    boss.says("/復原")

    assert boss.says("確認").text == NOTHING
    assert not birthday_is_on(shop)


def test_two_confirmations_undo_one_act(shop: Shop, boss: Phone):
    boss.says("/開關 生日")
    boss.says("/復原")
    boss.says("確認")

    assert boss.says("確認") != []
    assert birthday_is_on(shop)


def test_an_act_that_nothing_reverses_is_a_mistake_in_the_code():
    with pytest.raises(KeyError):
        undoing.remember(None, "nothing.like.this", said="")
    with pytest.raises(TypeError):
        undoing.remember(None, "campaign.switch", said="", wrong=1)
    with pytest.raises(ValueError, match="twice"):
        undoing.undoes("campaign.switch")(lambda ctx: None)


def test_a_broadcast_that_is_out_does_not_stand_before_what_was_done_earlier(
    shop: Shop, boss: Phone, mei: Phone
):
    mei.follows()
    boss.says("/開關 生日")
    boss.says("/推播 全部 | 新品到了")
    boss.says("確認")
    shop.clock.jump(timedelta(seconds=61))
    shop.tick()
    shop.settle()

    shown = boss.says("/復原")
    assert "關掉「生日" in shown
    assert "你最後做的是「推播排入」" in shown
    assert not birthday_is_on(shop)

    boss.taps("確認")
    assert birthday_is_on(shop)
    assert "第 1 號推播已經結束" in boss.says("/復原")
