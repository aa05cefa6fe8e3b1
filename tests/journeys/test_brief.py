"""The organiser's brief: a day of the shop on one card, each line a tap from what to do."""

from datetime import timedelta

from sqlalchemy import update

from models.talk import quota
from models.talk.outbox_records import OutboxMessage, State


def at(heard, words):
    """What stands on the line that has these words."""
    return next(line for line in heard.text.split("；") if words in line)


def test_the_brief_tells_what_came_in_and_what_waits(shop, boss, mei, lin):
    quiet = boss.says("/今日")
    assert "今天的訂單：0 筆，NT$0" in quiet.text
    assert "沒有：未付款、等對帳、客服問題、退換申請、快結單的團" in quiet.text

    boss.says("/開團 愛文芒果 450 成團5 明晚9點結單 取貨明天 管理室")
    boss.taps("確認")
    mei.says("+2")
    mei.taps("確認")
    mei.says("客服 有冷藏嗎")
    mei.says("生日 11/24")
    told = boss.says("/今日")
    assert "今天的訂單：1 筆，NT$900" in told.text
    assert "11/25(三) 21:00 結單，還差 3 份成團" in told.text
    assert "1 則沒回覆，最早 11/24(二)" in told.text
    assert "1 位今天生日" in told.text
    assert "未付款" in at(told, "沒有")

    boss.says("/結單 1")
    boss.taps("確認")
    mei.says("匯款 900 12345")
    with shop.sessions.begin() as session:
        quota.keep(session, monthly=200, used=47, now=shop.clock())
    told = boss.says("/今日")
    assert "1 筆，NT$900" in told.text
    assert "1 筆匯款回報" in told.text
    assert "11/25(三) 取貨，還沒到貨" in told.text
    assert "本月可發訊息：153／200 則" in told.text

    boss.says("/到貨 1")
    boss.taps("確認")
    told = boss.says("/今日")
    assert "1 筆待取，到 11/27(五)" in told.text
    assert all(f"按鈕：{label}" in told.text for label in ("分貨單", "對帳", "催款", "回覆"))
    assert "分貨單" in boss.taps("分貨單").text

    with shop.sessions.begin() as session:
        lost = update(OutboxMessage).where(OutboxMessage.rule == "arrived")
        session.execute(lost.values(state=State.DEAD.value))
    assert "1 則 LINE 不收" in boss.says("/今日")

    shop.clock.jump(timedelta(days=8))
    told = boss.says("/今日")
    assert "1 筆過期未取，期限 11/27(五)" in told.text
    assert "今天的訂單：0 筆，NT$0；昨天的訂單：0 筆，NT$0" in told.text
    assert "1-1" in boss.taps("去看")
    assert "今天的訂單" not in lin.says("/今日")
