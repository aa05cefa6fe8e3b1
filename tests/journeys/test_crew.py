"""Helpers: invited by a code, working at once, removed at once; and what everybody did."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.dispatch import sentence
from bot.router import BadUsage
from handlers.organiser.crew import NoSuchRole
from models.people import invitations
from models.people.crew import NoHelper, NotYourself, OwnerStays
from models.people.invitations import Invitation, NoSuchInvitation, TooManyInvitationTries
from models.people.roles import Role, RoleGrant
from tests.bot.calls import bring, said
from tests.shop import Phone, Shop

REFUSED = sentence(NoSuchInvitation())["text"]


@pytest.fixture
def ken(shop: Shop) -> Phone:
    """Somebody who will help."""
    ken = shop.phone("阿肯")
    ken.follows()
    ken.says("稱呼 阿肯")
    return ken


def code(heard) -> str:
    return re.search(r"加入 ([2-9A-Z-]{15})", heard.text)[1]


def roles_of(shop: Shop, phone: Phone) -> list[str]:
    with shop.sessions() as session:
        mine = select(RoleGrant.role).where(RoleGrant.line_user_id == phone.id)
        return list(session.scalars(mine))


def test_a_helper_is_invited_works_and_is_removed(shop: Shop, boss: Phone, ken: Phone):
    boss.follows()
    assert "還看不懂" in ken.says("/小幫手")

    word = code(boss.says("/邀請小幫手"))
    welcomed = ken.says(f"加入 {word.lower().replace('-', ' ')}")

    assert "你現在是這家店的小幫手" in welcomed
    assert "阿肯 用你的邀請碼成為小幫手" in boss.hears()
    assert "阿肯" in ken.says("/小幫手")
    assert "/自動訊息" in str(ken.says("說明"))

    assert "立刻生效" in boss.says("/移除小幫手 阿肯")
    assert roles_of(shop, ken) == ["organiser"]
    assert "已收回" in boss.taps("確認")
    assert "/自動訊息" not in ken.says("/自動訊息").text
    assert roles_of(shop, ken) == []

    boss.says("/復原")
    assert "阿肯" in boss.says("確認")
    assert roles_of(shop, ken) == ["organiser"]


def test_support_is_invited_for_less(shop: Shop, boss: Phone, ken: Phone):
    word = code(boss.says("/邀請小幫手 客服"))

    assert "客服" in ken.says(f"加入{word}")

    assert "沒有等待回覆" in ken.says("/客服單")
    assert "沒有等待回覆" not in ken.says("/自動訊息")
    assert boss.says("/邀請小幫手 老闆").text == sentence(NoSuchRole())["text"]


def test_wrong_used_and_expired_codes_sound_the_same(
    shop: Shop, boss: Phone, ken: Phone, mei: Phone
):
    mei.follows()
    used, late = code(boss.says("/邀請小幫手")), code(boss.says("/邀請小幫手"))
    ken.says(f"加入 {used}")
    shop.clock.jump(invitations.PATIENCE)

    heard = [mei.says(f"加入 {word}").text for word in (used, late, "AAAA-AAAA-AAAAA", "X")]

    assert heard == [REFUSED] * 4
    assert roles_of(shop, mei) == []
    assert mei.says("加入").text == sentence(BadUsage("加入 邀請碼"))["text"]
    assert "邀請碼" not in mei.says("加入會員").text


def test_whoever_guesses_must_wait(shop: Shop, boss: Phone, mei: Phone):
    mei.follows()
    for _ in range(invitations.TRIES):
        assert mei.says("加入 2222-2222-22222").text == REFUSED

    right = code(boss.says("/邀請小幫手"))
    too_many = sentence(TooManyInvitationTries())["text"]
    assert mei.says(f"加入 {right}").text == too_many
    assert roles_of(shop, mei) == []

    shop.clock.jump(invitations.HOUR)
    assert "歡迎" in mei.says(f"加入 {code(boss.says('/邀請小幫手'))}")


def test_a_code_is_kept_as_a_mark_and_is_hard_to_guess(shop: Shop, boss: Phone):
    word = code(boss.says("/邀請小幫手")).replace("-", "")

    with shop.sessions() as session:
        kept = session.scalars(select(Invitation)).one()
        assert word not in str(vars(kept))
    assert len(invitations.ALPHABET) ** invitations.LENGTH > 2**64
    assert timedelta(minutes=10) == invitations.PATIENCE


def test_a_lesser_role_does_not_replace_a_higher_one(shop: Shop, boss: Phone):
    word = code(boss.says("/邀請小幫手 客服"))
    boss.says(f"加入 {word}")

    assert roles_of(shop, boss) == ["owner"]


def test_only_the_owner_invites_and_removes(shop: Shop, boss: Phone, ken: Phone):
    ken.says(f"加入 {code(boss.says('/邀請小幫手'))}")

    ken.says("/邀請小幫手")
    ken.says("/移除小幫手 老闆")
    ken.says("確認")

    with shop.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 1
    assert roles_of(shop, boss) == ["owner"]


def test_who_cannot_be_removed_is_said_so(engine, sessions, programme, now):
    owner = "U" + "a" * 32
    shop = Shop(engine, sessions, programme, now, owner=owner)
    shop.platform.add_user("老闆娘", user_id=owner)
    bring(shop, said("稱呼 老闆娘", now, source={"type": "user", "userId": owner}))
    shop.settle()
    boss, mei = shop.phone("老闆", role=Role.OWNER), shop.phone("小美")
    for phone in (boss, mei):
        phone.follows()
        phone.says(f"稱呼 {phone.name}")

    heard = [boss.says(f"/移除小幫手 {name}").text for name in ("老闆娘", "老闆", "小美")]

    shop.close()
    refusals = (OwnerStays(), NotYourself(), NoHelper("小美"))
    assert heard == [sentence(refusal)["text"] for refusal in refusals]


def test_what_was_done_is_told_in_words_page_by_page(shop: Shop, boss: Phone, ken: Phone):
    boss.says("稱呼 老闆")
    ken.says(f"加入 {code(boss.says('/邀請小幫手'))}")
    for _ in range(10):
        boss.says("/開關 生日")

    first = boss.says("/操作紀錄")
    assert "自動訊息開關" in first
    assert "生日 關" in first
    assert "老闆" in first
    assert "11/24(二) 12:00" in first
    assert "權限" not in first

    older = boss.taps("更早的")
    assert "權限接受邀請" in older
    assert "阿肯" in older
    assert "權限邀請" in older
    assert "沒有更早" in boss.says("/稽核 #1")
