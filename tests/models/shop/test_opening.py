"""What an organiser writes after /開團, read without a database."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import programme as programmes
from models.base import TAIPEI, Refusal
from models.programme import Programme
from models.shop import opening
from models.shop.group_buy_terms import Delivery, GroupBuyTerms, ItemTerms, Rung
from models.shop.opening import BadTerms, NotUnderstood
from models.shop.opening_times import NoSuchDay

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
RULES = programmes.load(None)


def read(said: str, programme: Programme = RULES) -> GroupBuyTerms:
    return opening.read(said, programme=programme, now=NOW)


def only(said: str) -> ItemTerms:
    (item,) = read(said).items
    return item


def taipei(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TAIPEI)  # type: ignore[misc,arg-type]


def test_a_name_and_a_price_are_enough():
    terms = read("愛文芒果 450")

    assert terms == GroupBuyTerms("愛文芒果", (ItemTerms("A", "愛文芒果", 450),))


def test_one_line_says_everything():
    terms = read(
        "愛文芒果5斤 450 限50箱 成團20 箱入12 12/20 21:00結單 取貨12/24 社區管理室 每人限4"
        " 10箱起430 20箱起410"
    )

    assert (terms.minimum, terms.closes_at) == (20, taipei(2026, 12, 20, 21, 0))
    assert (terms.pickup_on, terms.pickup) == (date(2026, 12, 24), "社區管理室")
    assert terms.items == (
        ItemTerms(
            "A",
            "愛文芒果5斤",
            450,
            unit="箱",
            aliases=("愛文芒果",),
            ladder=(Rung(10, 430), Rung(20, 410)),
            stock=50,
            case_size=12,
            limit=4,
        ),
    )


@pytest.mark.parametrize(
    "said",
    [
        "A 高麗菜水餃 220 / B 韭菜水餃 230",
        "高麗菜水餃 220\n韭菜水餃 230",
        "A. 高麗菜水餃 220元\nB. 韭菜水餃 $230",
        "A:高麗菜水餃220；B:韭菜水餃230",
    ],
)
def test_several_items_stand_on_lines_or_between_slashes(said: str):
    items = read(said).items

    assert [(item.code, item.name, item.price) for item in items] == [
        ("A", "高麗菜水餃", 220),
        ("B", "韭菜水餃", 230),
    ]


def test_a_line_above_the_items_is_their_title_and_counts_below_are_for_all():
    terms = read("冬至團\n水餃 220 限30包\n湯圓 90\n每人限10\n12/20結單，取貨12/24管理室 B1")

    assert terms.title == "冬至團"
    assert [(item.stock, item.limit, item.unit) for item in terms.items] == [
        (30, 10, "包"),
        (None, 10, "份"),
    ]
    assert (terms.closes_at, terms.pickup) == (taipei(2026, 12, 20, 23, 59), "管理室 B1")


def test_choices_are_listed_and_some_cost_more():
    shirt = only("涼感T恤 380 顏色:黑，白，限50件 尺寸：S、M、L、XL XL420")

    assert shirt.options == (("顏色", ("黑", "白")), ("尺寸", ("S", "M", "L", "XL")))
    assert (shirt.option_prices, shirt.stock, shirt.unit) == ((("XL", 420),), 50, "件")
    priced_only = only("純棉T 390 顏色:黑,白 尺寸:S,M,L XL420")  # as the guide writes it
    assert priced_only.options[1] == ("尺寸", ("S", "M", "L", "XL"))
    assert priced_only.option_prices == (("XL", 420),)


def test_choices_with_prices_are_options_by_themselves():
    dumplings = only("手工水餃 大380 小220")

    assert (dumplings.price, dumplings.option_prices) == (220, (("大", 380),))
    assert dumplings.options == (("規格", ("大", "小")),)


def test_a_preorder_opens_by_tier_and_higher_tiers_are_never_later():
    terms = read("草莓 300 預購 12/1 20:00 金12:00 限銀級以上 限#母嬰")

    noon = taipei(2026, 12, 1, 12, 0)
    assert (terms.preorder, terms.opens_at) == (True, taipei(2026, 12, 1, 20, 0))
    assert dict(terms.windows) == {"gold": noon, "diamond": noon}
    assert (terms.tier, terms.tag, terms.hold_minutes) == ("silver", "母嬰", 120)


def test_the_supplier_may_send_it():
    terms = read("床墊 3999 代發 宅配120 超商60 滿1500免運 https://a.example/c.jpg")

    assert (terms.dropship, terms.free_from) == (True, 1500)
    assert terms.fees == ((Delivery.STORE, 60), (Delivery.HOME, 120))
    assert terms.picture == "https://a.example/c.jpg"


@pytest.mark.parametrize(
    ("said", "fees"),
    [
        ("芒果 450", {Delivery.PICKUP: 0}),
        ("芒果 450 宅配120", {Delivery.PICKUP: 0, Delivery.HOME: 120}),
        ("芒果 450 只宅配120", {Delivery.HOME: 120}),
        ("芒果 450 代發", {Delivery.HOME: 0}),
        ("芒果 450 代發 自取", {Delivery.PICKUP: 0, Delivery.HOME: 0}),
        ("芒果 450 超商免運", {Delivery.PICKUP: 0, Delivery.STORE: 0}),
    ],
)
def test_pickup_is_offered_unless_all_is_sent(said: str, fees: dict[Delivery, int]):
    assert dict(read(said).fees) == fees


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("12/20結單", (12, 20, 23, 59)),
        ("結單：12/20 21:00", (12, 20, 21, 0)),
        ("今晚9點收單", (11, 24, 21, 0)),
        ("明天晚上9點半截單", (11, 25, 21, 30)),
        ("週五結單", (11, 27, 23, 59)),
        ("下週二 18:00 關團", (12, 1, 18, 0)),
        ("5號結團", (12, 5, 23, 59)),
        ("12月20日(日) 9pm結單", (12, 20, 21, 0)),
        ("21:00結單", (11, 24, 21, 0)),
        ("12/20 24:00結單", (12, 21, 0, 0)),
        ("12/20中午12點截止", (12, 20, 12, 0)),
    ],
)
def test_closing_times_are_read_as_people_write_them(said: str, at: tuple[int, ...]):
    assert read(f"芒果 450 {said}").closes_at == taipei(2026, *at)


def test_a_day_that_is_over_is_next_year_s():
    assert read("芒果 450 11/20結單").closes_at == taipei(2027, 11, 20, 23, 59)


def test_what_is_not_understood_is_named_all_at_once():
    with pytest.raises(NotUnderstood) as refusal:
        read("芒果 450 好吃 限5箱 又新鮮\n快來買")

    assert refusal.value.words == ["快來買", "好吃", "又新鮮"]
    assert "「快來買」「好吃」「又新鮮」" in str(refusal.value)


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("", "商品名稱和價格"),
        ("芒果", "「芒果」還沒有價格"),
        ("芒果 450 420", "兩個價格（450、420）"),
        ("芒果 0", "1 以上"),
        ("芒果 450 限0箱", "1 以上"),
        ("芒果 450 11:00結單", "已經過了"),
        ("芒果 450 2026/11/20結單", "已經過了"),
        ("芒果 450 12/1結單 12/2收單", "只能寫一個"),
        ("芒果 450 10份起460", "愈買愈便宜"),
        ("芒果 450 10份起430 10份起420", "愈買愈便宜"),
        ("芒果 450 10箱起430 限5盒", "不同的單位"),
        ("芒果 450 箱入1", "2 份以上"),
        ("芒果 450\n芒果 460", "出現兩次"),
        ("A 芒果 450\nA 荔枝 460", "出現兩次"),
        ("芒果 450 預購 12/9 12/1結單", "早於結單時間"),
        ("芒果 450 12/20結單 取貨12/1 管理室", "在結單之前"),
        ("芒果 450 http://a.example/b.jpg", "https:// 開頭"),
        ("芒" * 61 + " 450", "個字以內"),
        ("衣 380 顏色:" + ",".join(map(str, range(1, 32))), "選項"),
        ("\n".join(f"芒果第{n}款 450" for n in range(27)), "最多 26 樣"),
    ],
)
def test_what_cannot_be_so_is_refused_in_a_sentence(said: str, part: str):
    with pytest.raises(BadTerms) as refusal:
        read(said)

    assert part in str(refusal.value)


@pytest.mark.parametrize("day", ["2/30結單", "12/20(六)結單", "25:00結單", "32號結單"])
def test_a_day_that_no_calendar_has_is_refused(day: str):
    with pytest.raises(NoSuchDay):
        read(f"芒果 450 {day}")


FIELDS = {
    "限50箱": ("stock", 50),
    "每人限4": ("limit", 4),
    "箱入12": ("case_size", 12),
    "顏色:黑,白": ("options", (("顏色", ("黑", "白")),)),
    "10箱起430": ("ladder", (Rung(10, 430),)),
    "成團20": ("minimum", 20),
    "12/20 21:00結單": ("closes_at", taipei(2026, 12, 20, 21, 0)),
    "取貨12/24 管理室": ("pickup", "管理室"),
    "限金級": ("tier", "gold"),
    "代發": ("dropship", True),
    "滿1500免運": ("free_from", 1500),
    "用30天": (None, None),
}


@given(st.permutations(list(FIELDS)), st.integers(0, len(FIELDS)), st.sampled_from(" \n，"))
@settings(max_examples=60)
def test_fields_may_come_in_any_order(order: list[str], some: int, between: str):
    chosen = order[:some]
    terms = read(between.join(["愛文芒果 450", *chosen]))

    (item,) = terms.items
    assert (item.name, item.price) == ("愛文芒果", 450)
    for said in chosen:
        name, value = FIELDS[said]
        if name is not None:
            assert getattr(item if hasattr(item, name) else terms, name) == value


PIECES = st.sampled_from(
    [
        *FIELDS,
        "450",
        "A",
        "芒果",
        "/",
        "\n",
        ",",
        "預購",
        "12/1",
        "大380",
        "金12:00",
        "https://",
        ":",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map(" ".join)))
@settings(max_examples=200)
def test_anything_is_read_or_refused_in_a_sentence(said: str):
    sentence = ""
    try:
        terms = read(said)
    except Refusal as refusal:
        terms = None
        sentence = str(refusal)

    assert sentence if terms is None else all(i.price >= 1 and i.name for i in terms.items)


def test_a_title_may_stand_before_the_letter_of_the_first_item():
    one_line = read("冷凍水餃 A 高麗菜 220 / B 韭菜 230 成團5")

    assert one_line.title == "冷凍水餃"
    assert [(item.code, item.name) for item in one_line.items] == [("A", "高麗菜"), ("B", "韭菜")]
    assert read("維他命 A 軟糖 220 / 鈣片 230").items[0].name == "維他命 A 軟糖"
