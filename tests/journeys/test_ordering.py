"""Members order in 1:1: "+1", a quote, and one tap."""

from models.loyalty import points
from models.people import members
from models.shop import group_buys, ordering
from models.shop.group_buy_terms import ItemTerms
from tests.journeys.open_shop import EGGS, MANGO, buys, opens
from tests.journeys.test_coupons import CODE
from tests.shop import Phone, Shop


def test_a_call_is_quoted_and_confirmed_once(mei: Phone, shop: Shop):
    opens(shop)

    quote = mei.says("+2")
    placed = mei.taps("確認")

    assert "NT$900" in quote
    assert "可得 9 點" in quote
    assert "訂好了" in placed
    assert "1-1" in placed
    assert "已經過期或用過" in mei.taps("確認")
    assert "NT$900" in mei.says("我的訂單")


def test_open_join_refuse(mei: Phone, boss: Phone):
    preview = boss.says("/開團 愛文芒果 450")
    boss.says("確認")

    assert "愛文芒果" in preview
    assert "NT$900" in mei.says("+2")
    assert "找不到第 9 團" in mei.says("9 +1")


def test_nothing_is_ordered_before_it_is_confirmed(mei: Phone, shop: Shop):
    opens(shop)
    mei.says("+2")

    mei.says("取消")

    assert "0 筆訂單" in mei.says("查單")
    assert "沒有等待確認" in mei.says("確認")


def test_yes_in_other_words_confirms(mei: Phone, shop: Shop):
    opens(shop)
    mei.says("我要兩箱")

    assert "NT$900" in mei.says("好")


def test_a_newcomer_coupon_is_used_explained_and_left_out(mei: Phone, shop: Shop):
    mei.follows()
    mei.says("生日 3/5")
    opens(shop)

    quote = mei.says("+2")
    without = mei.taps("不用券")

    assert "8折" in quote
    assert "最省" in quote
    assert "合計" in quote
    assert "NT$900" in without
    assert "-NT$" not in without
    assert "-NT$" in mei.taps("用最省的券")


def test_another_coupon_is_chosen(mei: Phone, shop: Shop):
    mei.follows()
    mei.says("生日 3/5")
    opens(shop)
    mei.says("+2")

    offered = mei.taps("換券")
    chosen = mei.taps(offered.choices[0])

    assert "省 NT$" in offered.choices[0]
    assert "贈品" in chosen
    assert "沒有券號" in mei.says("換券 2222-2222-222")


def test_points_go_against_an_order(mei: Phone, shop: Shop):
    mei.follows()
    _give_points(shop, mei, 100)
    opens(shop)
    mei.says("+2")

    offset = mei.taps("用點數折抵")
    placed = mei.taps("確認")

    assert "-NT$100" in offset
    assert "NT$800" in placed
    assert "0 點" in mei.says("點數")


def test_the_quantity_is_changed_by_tap_or_words(mei: Phone, shop: Shop):
    opens(shop)
    mei.says("+2")

    mei.taps("改數量")
    tapped = mei.taps("3 箱")
    written = mei.says("改成1箱")

    assert "NT$1,350" in tapped
    assert "NT$450" in written
    assert "先不訂" in mei.says("-1")


def test_the_same_words_again_do_not_double_it(mei: Phone, shop: Shop):
    opens(shop)
    mei.says("+2")

    assert "NT$900" in mei.says("+2")
    assert "NT$1,350" in mei.says("再+1")


def test_what_is_added_later_joins_the_order(mei: Phone, shop: Shop):
    opens(shop)
    buys(mei, "+2")

    quote = mei.says("幫媽媽+1")
    mei.taps("確認")

    assert "NT$1,350" in quote
    found = mei.says("訂單 1-1")
    assert "幫媽媽" in found
    assert "NT$1,350" in found


def test_a_dearer_price_is_said_and_quoted_again(mei: Phone, shop: Shop):
    opens(shop)
    mei.says("+2")
    with shop.sessions.begin() as session:
        item = group_buys.hold(session, 1).items[0]
        item.price = item.price_now = 500

    again = mei.taps("確認")

    assert "NT$900 → NT$1,000" in again
    assert "訂好了" in mei.taps("確認")


def test_a_coupon_that_went_meanwhile_is_said_and_quoted_again(
    mei: Phone, boss: Phone, shop: Shop
):
    mei.follows()
    mei.says("生日 3/5")
    code = CODE.findall(mei.says("優惠券").text)[0]
    opens(shop)
    mei.says("+2")
    mei.says(f"換券 {code}")
    boss.says(f"/核銷 {code}")

    assert "沒有券號" in mei.taps("確認")
    assert "訂好了" in mei.taps("確認")


def test_what_sold_out_meanwhile_is_said_and_quoted_again(mei: Phone, lin: Phone, shop: Shop):
    opens(shop, ItemTerms("A", "愛文芒果", 450, unit="箱", stock=3))
    mei.says("+2")
    buys(lin, "+2")

    again = mei.taps("確認")
    waiting = mei.taps("確認候補")

    assert "剛剛有人先訂走" in again
    assert "候補第 1 位" in waiting
    assert "候補第 1 位" in mei.says("我的訂單")


def test_more_than_the_stock_is_quoted_as_waiting(mei: Phone, shop: Shop):
    opens(shop, ItemTerms("A", "愛文芒果", 450, unit="箱", stock=1))

    assert "排候補" in mei.says("+2")


def test_what_is_left_is_offered_in_one_tap_besides_waiting(mei: Phone, shop: Shop):
    opens(shop, ItemTerms("A", "韭菜", 45, unit="包", stock=7))

    short = mei.says("我要 11 包韭菜")
    fewer = mei.taps("改訂 7 包")

    assert "只剩 7 包，11 包要排候補" in short
    assert "確認候補" in short
    assert "NT$315" in fewer
    assert "訂好了" in mei.taps("確認")


def test_over_the_limit_closed_and_wrong_numbers_are_said(mei: Phone, shop: Shop):
    opens(shop, ItemTerms("A", "愛文芒果", 450, unit="箱", limit=2))
    over = mei.says("+3")
    wrong = mei.says("9 +1")
    shut(shop, 1)

    assert "每人限 2 份" in over
    assert "找不到第 9 團" in wrong
    assert "已經結單" in mei.says("1 +1")
    assert "已經結單" in mei.says("芒果+1")
    assert "已經結單" in mei.says("+1")


def test_where_nothing_is_open_that_is_said(mei: Phone, shop: Shop):
    assert "沒有開團中的商品" in mei.says("+1")
    assert "0 個團" in mei.says("團購")


def test_an_order_is_confirmed_before_it_closes_or_not_at_all(mei: Phone, shop: Shop):
    opens(shop)
    mei.says("+1")
    shut(shop, 1)

    assert "已經結單" in mei.taps("確認")


def test_with_several_open_the_item_or_the_number_says_which(mei: Phone, shop: Shop):
    opens(shop, MANGO)
    opens(shop, EGGS)

    asked = mei.says("+2")
    chosen = mei.taps("2 放牧雞蛋 +2")

    assert "哪一樣" in asked
    assert "NT$330" in chosen
    mei.says("取消")
    assert "NT$330" in mei.says("2 +2")
    assert "NT$450" in mei.says("芒果+1")


def test_a_quote_that_was_left_is_one_tap_away(mei: Phone, shop: Shop):
    opens(shop, MANGO)
    opens(shop, EGGS)
    assert "NT$1,350" in mei.says("1 A+2 幫媽媽A+1")

    other = mei.says("雞蛋+1")
    mei.taps("確認")

    assert "「愛文芒果」那張還沒確認" in other
    assert "NT$165" in other
    assert "NT$1,350" in mei.taps("回到 愛文芒果")
    assert "訂好了" in mei.taps("確認")


def test_a_thousand_is_too_many(mei: Phone, shop: Shop):
    opens(shop)
    with shop.sessions.begin() as session:
        item = group_buys.find(session, 1).items[0].id

    assert "一次最多 999 份" in mei.says(f"選購 {item}||1000|")
    assert ordering.TooManyAtOnce().buttons == ()


def test_a_forged_choice_is_refused(mei: Phone, shop: Shop):
    opens(shop)

    heard = [
        mei.says(f"選購 {data}").text for data in ("x", "1", "999||1|", "1|紫|1|", "1||1|;9||1|")
    ]

    assert [text for text in heard if "訂好了" in text or "請確認訂單" in text] == []


def test_a_call_is_no_answer_to_another_question(mei: Phone, shop: Shop):
    opens(shop)
    mei.says("完成資料")

    assert "NT$900" in mei.says("+2")
    mei.says("取消")
    assert "+2" not in mei.says("會員卡")


def test_variations_need_a_quote(mei: Phone, shop: Shop):
    opens(shop)

    assert "沒有可以改的訂單" in mei.says("改數量")
    for words in ("不用券", "換券", "用點數折抵"):
        assert "沒有等你確認的報價" in mei.says(words)
    mei.says("+1")
    assert "已經過期或用過" in mei.says("不用券 00000000")


def shut(shop: Shop, number: int) -> None:
    with shop.sessions.begin() as session:
        found = group_buys.hold(session, number)
        group_buys.move(session, found, group_buys.Stage.CLOSED, now=shop.clock())


def _give_points(shop: Shop, phone: Phone, amount: int) -> None:
    with shop.sessions.begin() as session:
        member = members.find_by_line_id(session, phone.id)
        points.opening(
            session,
            member.id,
            amount,
            source="test",
            earned_on=shop.clock().date(),
            now=shop.clock(),
            terms=shop.programme.points,
            reason="test",
        )
