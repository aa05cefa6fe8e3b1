"""Catalogues as organisers make them: codes, names and values of whatever is sold."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from models.shop.reading import Chat, Expect, Item, Line, Setting, read

Options = tuple[tuple[str, tuple[str, ...]], ...]

GOODS = [
    *(
        "招牌排骨飯/個",
        "有機小白菜 300g/包",
        "池上米 2kg/包",
        "濾掛咖啡 10入/盒",
        "挪威鮭魚 300g/片",
    ),
    *(
        "蛋黃酥 6入/盒",
        "維他命C 100錠/瓶",
        "抽取衛生紙 24包/箱",
        "洗衣精補充包 2L/包",
        "開心果/罐",
    ),
    *("夏威夷披薩/個", "虎尾蘭/盆", "鮮奶 936ml/瓶", "手工饅頭 6入/袋", "滴雞精 10入/盒"),
    *("鳳梨乾/包", "古早味蘿蔔糕 1kg/條", "貓砂 6L/包", "行動電源/個", "除臭噴霧/瓶"),
    *("白蝦 40/50/盒", "牛肉麵 3入/組", "關東煮/鍋", "手搖爆米花/桶", "太陽餅 12入/盒"),
]
WITH_VALUES: list[tuple[str, Options]] = [
    ("帆布鞋/雙", (("顏色", ("黑", "白")), ("尺寸", ("36", "37", "38", "39")))),
    ("純棉童裝/套", (("花色", ("恐龍", "兔子")), ("尺寸", ("90", "100", "110")))),
    ("室內拖鞋/雙", (("顏色", ("藍", "灰")), ("尺寸", ("36-37", "38-39")))),
    ("天絲床包/組", (("花色", ("格紋", "條紋")), ("尺寸", ("單人", "雙人", "加大")))),
    ("綜合堅果/罐", (("口味", ("原味", "蜂蜜", "芥末")),)),
    ("醫用口罩/盒", (("顏色", ("湖水綠", "莓果紅")), ("款式", ("成人", "兒童")))),
    ("滷雞腿飯/個", (("飯量", ("正常", "飯少", "飯多")),)),
    ("保溫杯/個", (("容量", ("350ml", "500ml")), ("顏色", ("霧黑", "櫻花粉")))),
]
CODES = ["ABCDEF", ["1", "2", "3", "4", "5", "6"], [f"A{n:02}" for n in range(1, 7)]]
SPOKEN = dict(zip(range(1, 10), "一兩三四五六七八九", strict=True))


def item(code: str, goods: str, options: Options = ()) -> Item:
    name, _, unit = goods.rpartition("/")
    return Item(code, name, unit, 100, (), options)


@st.composite
def catalogues(draw: st.DrawFn) -> tuple[Item, ...]:
    codes = draw(st.sampled_from(CODES))
    plain = draw(st.lists(st.sampled_from(GOODS), min_size=1, max_size=4, unique=True))
    valued = draw(st.lists(st.sampled_from(WITH_VALUES), max_size=2, unique_by=lambda x: x[0]))
    sold = [*((goods, ()) for goods in plain), *valued]
    return tuple(item(codes[at], goods, options) for at, (goods, options) in enumerate(sold))


def found(text: str, items: tuple[Item, ...]) -> tuple[Expect, set[Line]]:
    reading = read(text, Setting(items, Chat.GROUP))
    return reading.expect, set(reading.lines)


@settings(max_examples=150)
@given(catalogues(), st.data())
def test_every_item_is_known_by_its_code_and_by_its_name(
    items: tuple[Item, ...], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(items), min_size=1, max_size=3, unique=True))
    forms = [
        "{code}+{n}",
        "{code} {values}*{n}",
        "{short}{values}+{n}",
        "{short} {values} {n}{unit}",
    ]
    form = data.draw(st.sampled_from([*forms, "{short}{values}{spoken}{unit}"]))
    written, expected = [], set()
    for each in chosen:
        values = tuple(data.draw(st.sampled_from(named)) for _, named in each.options)
        n = data.draw(st.integers(1, 9))
        expected.add(Line(each.code, "/".join(values) or None, n))
        text = form.replace("{code}+", "{code} {values}+") if values else form
        text = text.format(
            code=each.code,
            values="".join(values),
            short=each.name.split(" ")[0],
            n=n,
            spoken=SPOKEN[n],
            unit=each.unit,
        )
        written.append(text)

    assert found("，".join(written), items) == (Expect.ORDER, expected), written


@settings(max_examples=60)
@given(catalogues(), st.integers(1, 9))
def test_all_of_a_catalogue_can_be_called_at_once(items: tuple[Item, ...], n: int) -> None:
    plain = tuple(each for each in items if not each.options)
    codes = "、".join(each.code for each in plain)

    assert found(f"{codes}各{n}", plain) == (
        Expect.ORDER,
        {Line(each.code, None, n) for each in plain},
    )


@settings(max_examples=60)
@given(catalogues(), st.sampled_from(["好吃嗎", "什麼時候到", "賣完了嗎", "上次買的很棒", "推薦"]))
def test_talk_about_what_is_sold_orders_nothing(items: tuple[Item, ...], talk: str) -> None:
    for each in items:
        assert found(f"{each.name.split(' ')[0]}{talk}", items)[0] not in {
            Expect.ORDER,
            Expect.CHANGE,
            Expect.CANCEL,
        }
