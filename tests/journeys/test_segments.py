"""An organiser asks who is meant, why somebody is not, and keeps the question under a name."""

from tests.shop import Phone, Shop

ORDER = "order_no,member,ordered_at,product,quantity,amount,status\n"


def test_a_segment_is_asked_for_kept_used_explained_and_let_go(
    shop: Shop, boss: Phone, mei: Phone, lin: Phone
):
    for phone in (mei, lin, boss):
        phone.follows()
        phone.says(f"稱呼 {phone.name}")
    shop.imports("orders", f"{ORDER}A1,{mei.id},2026-10-20,尿布 M,1,9000,picked_up\n")
    boss.says("/標籤 小美 +母嬰")
    lin.says("停止行銷")

    everybody = boss.says("/分群 全部")
    buyers = boss.says("/分群 金級 #母嬰 買過:尿布 R>30")
    kept = boss.says("/分群 存 寶媽 = #母嬰 或 買過:尿布")
    others = boss.says("/分群 非寶媽")
    why = boss.says("/為什麼 小美 寶媽 R<30 F>=2 點數>50")

    assert all(words in everybody for words in ("3 位", "可以推播", "2 位", "小美、小林、老闆"))
    assert all(words in buyers for words in ("1 位", "小美", "金級"))
    assert "現在有 1 位" in kept
    assert "2 位" in others
    assert "小美：不符合" in why
    for words in ("✓ #母嬰", "✗ R<30；上次訂購是 35 天前", "✗ F>=2；累計 1 筆訂單", "✓ 點數>50"):
        assert words in why
    assert "寶媽" in boss.says("/分群")
    assert "刪掉了「寶媽」" in boss.says("/分群 刪 寶媽")
    assert "不認得" in boss.says("/分群 寶媽")


def test_a_group_buy_is_for_those_in_a_segment(boss: Phone, mei: Phone, lin: Phone):
    for phone in (mei, lin, boss):
        phone.follows()
        phone.says(f"稱呼 {phone.name}")
    mei.says("生日 11/30")
    boss.says("/分群 存 壽星 = 生日:本月")

    tagged = boss.says("/分群 標籤 壽星")
    boss.says("/開團 草莓蛋糕 450 限#壽星")
    boss.says("確認")

    assert "「壽星」的 1 位都有 #壽星 標籤了" in tagged
    assert "草莓蛋糕" in mei.says("團購")
    assert "草莓蛋糕" not in lin.says("團購")


def test_a_slip_is_pointed_at_and_put_right_with_a_tap(boss: Phone, mei: Phone):
    boss.says("稱呼 老闆")
    boss.says("/標籤 老闆 +母嬰")

    told = boss.says("/分群 全部 #母英")

    assert "第 4 個字的「#母英」不認得，最接近的是「#母嬰」" in told
    assert "1 位" in boss.taps("#母嬰")
    assert "請這樣輸入" in boss.says("/分群 存")
    assert "1 位" not in mei.says("/分群 全部")
