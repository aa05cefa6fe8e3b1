"""An organiser asks what is left of the month, and why somebody was not written to."""

from datetime import timedelta

from models.people.members import Member
from models.talk import outbox, quota
from models.talk.outbox import Draft
from models.talk.policy import Purpose
from tests.shop import Phone, Shop

DAY = timedelta(days=1)


def tell(shop: Shop, monthly: int | None, used: int) -> None:
    """What LINE says of the month."""
    with shop.sessions.begin() as session:
        quota.keep(session, monthly=monthly, used=used, now=shop.clock())


def offer(shop: Shop, phone: Phone, rule: str, period: str, value: int | None, days: int) -> None:
    with shop.sessions.begin() as session:
        member = session.query(Member).filter_by(line_user_id=phone.id).one()
        draft = Draft(
            key=f"{rule}:{period}:{member.id}",
            rule=rule,
            period=period,
            member_id=member.id,
            to_id=phone.id,
            messages=[{"type": "text", "text": f"優惠 {period}"}],
            topic="offers",
            purpose=Purpose.MARKETING,
            due_at=shop.clock(),
            use_until=shop.clock() + days * DAY,
            value=value,
        )
        assert outbox.enqueue(session, draft, now=shop.clock())


def test_the_quota_and_why_a_member_was_not_written_to(
    boss: Phone, mei: Phone, lin: Phone, shop: Shop
):
    for phone in (boss, mei, lin):
        phone.follows()
        phone.says(f"稱呼 {phone.name}")
    assert "還沒有向 LINE 問到額度" in boss.says("/額度")
    tell(shop, None, 10)
    assert "不受額度限制" in boss.says("/額度")

    # two reach her, the third is over the cap and of no use by the time it is not
    tell(shop, 3000, 900)
    mei.says("生日 11/26")
    for number in "123":
        offer(shop, mei, "viewed", number, 500, days=3)
        shop.settle()
    heard = boss.says("/額度")
    assert "行銷還能送：1,798 則" in heard
    assert "中用量方案月費 NT$800，每則約 NT$0.27" in heard
    assert "看過還沒訂：2 則" in heard
    heard = boss.says("/為什麼沒送 小美")
    assert "7 天內最多 2 則行銷訊息（已收到 看過還沒訂 11/24(二)、看過還沒訂 11/24(二)）" in heard
    assert "11/24(二) 12:00 推播送出" in heard

    # only what is kept for orders is left: offers wait, and go when there is more
    tell(shop, 3000, 2700)
    offer(shop, lin, "closing_soon", "4", 700, days=2)
    shop.settle()
    assert lin.hears() == []
    assert "等額度：這個月行銷能用的訊息用完了" in boss.says("/為什麼沒送 小林")
    assert "即將結單：0 則、預估 0 則・NT$0・等額度 1 則" in boss.says("/額度")
    tell(shop, 6000, 2700)
    shop.tick()
    shop.settle()
    assert "優惠 4" in lin.hears()

    # at night, to those who want none, and campaigns that are off or have no cause
    shop.clock.jump(timedelta(hours=11))
    offer(shop, lin, "closing_soon", "5", 700, days=2)
    shop.settle()
    assert "等到 11/25(三) 09:00：現在是勿擾時段" in boss.says("/為什麼沒送 小林")
    lin.says("停止行銷")
    boss.says("/開關 生日")
    heard = boss.says("/為什麼沒送 小林")
    assert "不會送：11/24(二) 說不要收這類訊息" in heard
    assert "已關掉：生日" in heard
    assert "目前不符合條件" in heard
    assert "沒有叫" not in boss.says("/為什麼沒送 小美 生日")
    assert "找不到「小花」" in boss.says("/為什麼沒送 小花")
    assert "請這樣輸入：/為什麼沒送 小美" in boss.says("/為什麼沒送")
