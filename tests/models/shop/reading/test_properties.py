"""Orders rewritten in other ways read the same; chatter and nonsense never order anything."""

from __future__ import annotations

import time

from hypothesis import assume, given
from hypothesis import strategies as st

from models.shop.reading import Chat, Expect, Line, Setting, read
from tests.models.shop.reading.conftest import OFFERS

ACTING = {Expect.ORDER, Expect.CHANGE, Expect.CANCEL}
CODES = ("A", "B", "C")
NAMES = {"A": "芋頭酥", "B": "綠豆椪", "C": "鳳梨酥"}
SPOKEN = dict(zip(range(1, 11), "一兩三四五六七八九十", strict=True))
WIDE = str.maketrans("0123456789+ABC*", "０１２３４５６７８９＋ＡＢＣ＊")

orders = st.lists(
    st.tuples(st.sampled_from(CODES), st.integers(1, 10)),
    min_size=1,
    max_size=3,
    unique_by=lambda line: line[0],
)
separators = st.sampled_from(
    [" ", "，", "、", "\n", " / ", ", ", "  ", "　", " ； ".replace("；", "｜")]
)
forms = st.sampled_from(
    [
        "{code}+{n}",
        "{code} +{n}",
        "{code}+{n}盒",
        "{code}*{n}",
        "{code} x{n}",
        "{code}：{n}",
        "{code}{spoken}盒",
        "{name}+{n}",
        "{name}{n}盒",
        "{name} {spoken}盒",
        "{n}盒{name}",
        "{code}款{n}盒",
        "{code}加{spoken}",
    ]
)
heads = st.sampled_from(["", "", "老闆 ", "麻煩幫我登記 ", "我要 ", "你好，我要 ", "@老闆 "])
tails = st.sampled_from(
    ["", "", " 謝謝", "，謝謝老闆", "🙏", "～", "。", " 感恩", " 週六拿", " 自取"]
)


def read_in(offers: str, text: str, chat: Chat = Chat.GROUP, had: tuple[Line, ...] = ()) -> tuple:
    setting = Setting(OFFERS[offers], chat, had, writer="小林", names=frozenset({"小美"}))
    found = read(text, setting)
    return found.expect, found.lines


@given(orders, separators, forms, heads, tails, st.booleans())
def test_an_order_reads_the_same_in_whatever_way_it_is_written(
    order: list[tuple[str, int]], between: str, form: str, head: str, tail: str, wide: bool
) -> None:
    written = between.join(
        form.format(code=code, n=n, name=NAMES[code], spoken=SPOKEN[n]) for code, n in order
    )
    text = head + (written.translate(WIDE) if wide else written) + tail
    expected = {Line(code, None, n) for code, n in order}

    expect, lines = read_in("cakes", text)

    assert (expect, set(lines)) == (Expect.ORDER, expected), text


@given(
    st.sampled_from(["黑", "白", "灰"]),
    st.sampled_from(["S", "M", "L", "2XL"]),
    st.integers(1, 9),
    st.booleans(),
    st.sampled_from(["", " ", "色", "色 "]),
    st.sampled_from(["+{n}", " +{n}", "*{n}", " {n}件", "號+{n}", "號{n}件"]),
)
def test_values_are_understood_in_either_order(
    colour: str, size: str, n: int, size_first: bool, between: str, counted: str
) -> None:
    assume(not (size_first and "號" in counted))
    chosen = f"{size}{between.strip('色')}{colour}" if size_first else f"{colour}{between}{size}"
    text = chosen + counted.format(n=n)

    expect, lines = read_in("shirts", text)

    assert (expect, lines) == (Expect.ORDER, (Line("A", f"{colour}/{size}", n),)), text


@given(
    st.sampled_from(["媽媽", "小美", "婆婆", "我媽", "樓下陳太太", "隔壁王先生"]),
    st.sampled_from(
        ["幫{who}+{n}", "{who}+{n}", "替{who}登記{n}箱", "{who}：{n}箱", "{who} {n}箱"]
    ),
    st.integers(1, 9),
)
def test_a_line_for_somebody_stands_under_their_name(who: str, form: str, n: int) -> None:
    expect, lines = read_in("mango", form.format(who=who, n=n))

    assert (expect, lines) == (Expect.ORDER, (Line("A", None, n, who),))


QUIET = st.text(
    alphabet="今天氣真好我們去公園散步孩子很開心路上塞車了晚餐想煮火鍋謝樓推哈早安讚請問幾點收單嗎電梯壞已經",
    min_size=1,
    max_size=30,
)


@given(QUIET, st.sampled_from(sorted(OFFERS)), st.sampled_from(list(Chat)), st.booleans())
def test_talk_without_numbers_and_goods_is_never_an_order(
    text: str, offers: str, chat: Chat, had: bool
) -> None:
    before = (Line("A" if offers != "paper" else "1", None, 2),) if had else ()

    assert read_in(offers, text, chat, before)[0] not in ACTING


AGREEING = st.sampled_from(
    [
        "確診",
        "收到",
        "同意",
        "好熱",
        "想睡",
        "停電",
        "感冒",
        "路過",
        "羨慕",
        "請假",
        "肚子餓",
        "打卡",
        "頭好痛",
    ]
)


@given(
    AGREEING,
    st.sampled_from(["+1", " +1", "＋１", "加一", "+1！"]),
    st.sampled_from(sorted(OFFERS)),
)
def test_agreeing_with_a_plus_one_is_never_an_order(what: str, plus: str, offers: str) -> None:
    assert read_in(offers, what + plus)[0] not in ACTING


@given(
    st.text(max_size=60),
    st.sampled_from(sorted(OFFERS)),
    st.sampled_from(list(Chat)),
    st.booleans(),
)
def test_whatever_is_written_the_reader_answers(
    text: str, offers: str, chat: Chat, had: bool
) -> None:
    before = (Line("A", None, 2), Line("Z", "gone", 1, "小美")) if had else ()

    assert read_in(offers, text, chat, before)[0] in set(Expect)


WORDS = """
A B C 1 2 3 + - * ： ( ) 改 取消 各 共 一 兩 半 箱 盒 黑 L 2XL 我 小美 幫 跟 再 少 不是 是 的
謝謝 ? 嗎 全部 都 就好 打錯 芒果 芋頭酥 ㄅ ㄇ 十 @ # ~ 第 號 款 🙏 👨‍👩‍👧 １ ＋
"""
PIECES = st.lists(
    st.sampled_from([*WORDS.split(), " ", "\n", "\x00", "\ud800"]),
    max_size=14,
)


@given(PIECES, st.sampled_from(sorted(OFFERS)), st.sampled_from(list(Chat)), st.booleans())
def test_whatever_is_pieced_together_the_reader_answers(
    pieces: list[str], offers: str, chat: Chat, had: bool
) -> None:
    before = (Line("A", None, 2), Line("B", None, 1), Line("A", "黑/L", 1, "小美")) if had else ()

    assert read_in(offers, "".join(pieces), chat, before)[0] in set(Expect)


def test_ten_thousand_strings_of_every_sort_are_answered() -> None:
    alphabet = [chr(n) for n in (*range(0x250), *range(0x3000, 0x3130), *range(0xFF00, 0xFFF0))]
    alphabet += [chr(n) for n in range(0x4E00, 0x9FFF, 7)] + ["\ud800", "\udfff", "😀", "+1", "箱"]
    state = 7
    for _ in range(10_000):
        text = ""
        for _ in range(state % 13):
            state = (state * 1103515245 + 12345) % 2**31
            text += alphabet[state % len(alphabet)]
        state = (state * 1103515245 + 12345) % 2**31

        assert read_in("cakes", text)[0] in set(Expect)


def test_however_long_a_text_is_it_is_answered_at_once() -> None:
    for text in (
        "+1" * 10_000,
        "A" * 20_000,
        "一" * 20_000,
        "(" * 20_000,
        "A+1\n" * 300,
        "1" * 1400,
    ):
        began = time.process_time()

        read_in("cakes", text)

        assert time.process_time() - began < 1, text[:5]
