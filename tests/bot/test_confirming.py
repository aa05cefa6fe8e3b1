"""What an organiser confirms: once, by whoever asked, and by two where much is at stake."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot import confirming, router
from bot.confirming import NobodyToApprove
from bot.context import NothingToConfirm
from bot.dispatch import sentence
from bot.views import confirming as cards
from bot.views import kit
from handlers.member.confirmation import StaleButton
from handlers.organiser.approvals import NoLongerAsked
from models.people import audit, roles
from models.people.approvals import NoSuchApproval, NotYours, TooLate
from models.people.audit import AuditEntry
from models.people.roles import Role
from tests.shop import Phone, Shop

LIMIT = 20_000


@pytest.fixture(autouse=True)
def _paying():
    """`/試付 amount` asks whether to pay out so much; 確認 writes it down."""

    def pay(ctx, amount: int):
        nonce = confirming.ask(ctx, "test.pay", said=f"付 {amount}", amount=amount)
        return cards.preview("試付", kit.row("金額", str(amount)), nonce=nonce)

    def paid(ctx, *, amount: int):
        audit.record(
            ctx.session, actor=ctx.person, action="test.pay", subject=str(amount), now=ctx.now
        )
        return kit.text(f"付了 {amount}")

    router.command("/試付", role=Role.ORGANISER)(pay)
    confirming.act("test.pay")(paid)
    yield
    del router.COMMANDS["/試付"], confirming.ACTS["test.pay"]


@pytest.fixture
def other(shop: Shop) -> Phone:
    """A second person who may agree."""
    other = shop.phone("阿芳", role=Role.ORGANISER)
    other.follows()
    other.says("稱呼 阿芳")
    return other


def paid(shop: Shop) -> list[str]:
    with shop.sessions() as session:
        query = select(AuditEntry.subject).where(AuditEntry.action == "test.pay")
        return list(session.scalars(query))


def said(refusal) -> str:
    return sentence(refusal)["text"]


def nonce(heard) -> str:
    return heard[0]["contents"]["footer"]["contents"][0]["action"]["data"]


def test_what_is_confirmed_is_done_once(shop: Shop, boss: Phone):
    button = nonce(boss.says("/試付 500"))
    assert paid(shop) == []

    assert "付了 500" in boss.taps("確認")

    assert boss.says(button).text == said(StaleButton())
    assert boss.says("確認").text == said(NothingToConfirm())
    assert paid(shop) == ["500"]


def test_the_button_of_an_earlier_preview_does_not_confirm_a_later_one(shop: Shop, boss: Phone):
    older = nonce(boss.says("/試付 500"))
    boss.says("/試付 900")

    assert boss.says(older).text == said(StaleButton())
    assert paid(shop) == []
    assert "付了 900" in boss.says("確認")


def test_nobody_else_confirms(shop: Shop, boss: Phone, other: Phone, mei: Phone):
    button = nonce(boss.says("/試付 500"))
    mei.follows()

    for phone in (other, mei):
        assert phone.says(button).text == said(StaleButton())
        assert phone.says("確認").text == said(NothingToConfirm())

    assert paid(shop) == []


def test_a_question_waits_ten_minutes(shop: Shop, boss: Phone):
    boss.says("/試付 500")

    shop.clock.jump(confirming.PATIENCE)

    assert boss.says("確認").text == said(NothingToConfirm())
    assert paid(shop) == []


def test_another_word_is_no_yes_and_cancelling_ends_it(shop: Shop, boss: Phone):
    boss.says("/試付 500")

    assert "還在等你確認：付 500" in boss.says("好啊就這樣辦吧")
    assert "取消了" in boss.says("取消")
    assert boss.says("確認").text == said(NothingToConfirm())
    assert paid(shop) == []


def test_whoever_lost_the_role_meanwhile_confirms_nothing(shop: Shop, boss: Phone):
    boss.says("/試付 500")
    grant(shop, boss, Role.SUPPORT)

    assert boss.says("確認").text == said(NothingToConfirm())
    assert paid(shop) == []


def grant(shop: Shop, phone: Phone, role: Role) -> None:
    with shop.sessions.begin() as session:
        roles.grant(session, phone.id, role, by="test", now=shop.clock())


def test_one_person_alone_does_nothing_from_the_limit_on(shop: Shop, boss: Phone, other: Phone):
    boss.says(f"/試付 {LIMIT - 1}")
    boss.says("確認")
    assert paid(shop) == [str(LIMIT - 1)]

    boss.says(f"/試付 {LIMIT}")
    assert "要另一位核准" in boss.says("確認")

    assert boss.says("/核准 #1").text == said(NotYours(1))
    assert boss.says("確認").text == said(NothingToConfirm())
    assert paid(shop) == [str(LIMIT - 1)]


def test_two_persons_do_it_once(shop: Shop, boss: Phone, other: Phone):
    boss.says(f"/試付 {LIMIT}")
    boss.says("確認")

    assert f"付 {LIMIT}" in other.hears()
    assert f"付 {LIMIT}" in other.says("/待核准")
    assert f"付了 {LIMIT}" in other.taps("核准")

    assert "阿芳核准並執行" in boss.hears()
    for phone in (other, boss):
        assert said(TooLate(1)) == phone.says("/不准 #1").text
    assert other.says("/核准 1").text == said(TooLate(1))
    assert "沒有等待核准" in boss.says("/待核准")
    assert paid(shop) == [str(LIMIT)]
    with shop.sessions() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["approval.ask", "approval.approve", "test.pay"]


def test_the_other_may_decline_and_whoever_asked_may_take_it_back(
    shop: Shop, boss: Phone, other: Phone
):
    boss.says(f"/試付 {LIMIT}")
    boss.says("確認")
    assert "沒有核准" in other.says("/不准 #1")
    assert "沒有核准" in boss.hears()

    boss.says(f"/試付 {LIMIT}")
    boss.says("確認")
    assert "沒有核准" in boss.says("/不准 #2")
    assert other.says("/核准 #1").text == said(TooLate(1))
    assert paid(shop) == []


def test_after_a_day_nobody_can_agree_any_more(shop: Shop, boss: Phone, other: Phone):
    boss.says(f"/試付 {LIMIT}")
    boss.says("確認")

    shop.clock.jump(timedelta(hours=24))

    assert other.says("/核准 #1").text == said(TooLate(1))
    assert "沒有等待核准" in other.says("/待核准")
    assert paid(shop) == []


def test_support_and_those_who_left_cannot_agree(shop: Shop, boss: Phone, other: Phone):
    helper = shop.phone("小幫手", role=Role.SUPPORT)
    helper.follows()
    boss.says(f"/試付 {LIMIT}")
    boss.says("確認")

    assert "還看不懂" in helper.says("/核准 #1")
    grant(shop, boss, Role.MEMBER)
    assert other.says("/核准 #1").text == said(NoLongerAsked(1))
    assert other.says("/核准 #9").text == said(NoSuchApproval(9))
    assert paid(shop) == []


def test_a_shop_of_one_is_told_what_to_do(shop: Shop, boss: Phone):
    boss.says(f"/試付 {LIMIT}")

    assert boss.says("確認").text == said(NobodyToApprove("NT$20,000"))
    assert paid(shop) == []
    with shop.sessions() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_an_act_names_its_data_and_an_organisers_role():
    with pytest.raises(TypeError):
        confirming.ask(None, "test.pay", total=3)
    with pytest.raises(ValueError, match="twice"):
        confirming.act("test.pay")(lambda ctx: None)
    with pytest.raises(ValueError, match="members"):
        confirming.act("test.other", role=Role.MEMBER)(lambda ctx: None)
