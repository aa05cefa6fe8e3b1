"""How expressions are read, and what is said of those that cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models import programme as programmes
from models.insight.segments.known import Known, ProductName
from models.insight.segments.refusals import BadSegment, EmptySegment, SegmentTooLong
from models.insight.segments.saved_records import SavedSegment
from models.insight.segments.segment import Segment, _Reading
from models.insight.segments.writing import key
from models.programme import Programme

READS = {
    "金級 #母嬰 R>30 F>=3 M>5,000 生日:本月": "金級 #母嬰 R>30 F>=3 M>5000 生日:本月",
    "未購:90天 買過:尿布 沒買過:濕巾:30天內 沉睡": "未購:90天 買過:尿布 沒買過:濕巾:30天 沉睡客戶",
    # 非 binds tightest, then 且, then 或
    "金級 或 銀級 且 非 #母嬰": "金級 或 銀級 非 #母嬰",
    "(金級 或 銀級) 非(#母嬰 沉睡)": "(金級 或 銀級) 非 (#母嬰 沉睡客戶)",
    "((金級 且 (銀級 R>3)))": "金級 銀級 R>3",
    "非非金級": "非 非 金級",
    "NOT gold And (silver oR bronze) && !沉睡": "非 金級 (銀級 或 銅級) 非 沉睡客戶",
    # as keyboards and phones write it
    "（金級　或　銀級）　＃母婴　Ｒ＞３０　Ｍ≧５，０００元": "(金級 或 銀級) #母嬰 R>30 M>=5000",
    "R > 30 F =>2  生日 ： 本月": "R>30 F>=2 生日:本月",
    "金級或銀級且非沉睡": "金級 或 銀級 非 沉睡客戶",
    "不是沉睡且不是金級 不是#母嬰": "非 沉睡客戶 非 金級 非 #母嬰",
    "銀級 排除 金級 不含#母嬰": "銀級 非 金級 非 #母嬰",
    "買過:非洲豆或買過:尿布": "買過:非洲豆 或 買過:尿布",
    '買過:「尿布 M」 買過:"尿布 M":90天內': '買過:"尿布 M" 買過:"尿布 M":90天',
    "金 金級以上 等級:diamond 銀級以下": "金級 金級以上 鑽石級 銀級以下",
    "生日:11月 生日:2/29 生日:3月5日 生日:7天內": "生日:11月 生日:2/29 生日:3/5 生日:7天內",
    "入會:30天 入會:30天以上 入會>=30": "入會:30天內 入會>=30 入會>=30",
    "點數>100 有券 有券:生日 語言:英文 來源:市集": "點數>100 有券 有券:生日 語言:en 來源:市集",
    "重要價值客戶（冠軍）": "重要價值客戶 重要價值客戶",
    "冠軍 loyal 導入 成熟期 買過 沒買過": "重要價值客戶 忠誠客戶 導入期 成熟期 F>=1 F=0",
    "常客 非寶媽": "常客 非 寶媽",
    "#來源:* 分類:母嬰:90天 F>=2:90天": "#來源:* 分類:母嬰:90天 F>=2:90天",
}
POINTS_AT = {
    "金級 #母英": (4, "#母英", "#母嬰"),
    "👨‍👩‍👧 且 金級": (1, "👨‍👩‍👧", ""),
    "👨‍👩‍👧🇹🇼": (1, "👨‍👩‍👧🇹🇼", ""),
    '買過:"👨‍👩‍👧" 銀紙': (1, '買過:"👨‍👩‍👧"', ""),
    "#👍🏽 銀紙": (4, "銀紙", "銀級"),
    "金級且#母英": (4, "#母英", "#母嬰"),
    "不是沉誰": (1, "不是沉誰", "「非沉睡」"),  # not the opposite
    "除了金級": (1, "除了金級", "「非金級」"),
    "金級且不是沉誰": (6, "沉誰", "「沉睡」"),
    "買過:尿不": (1, "買過:尿不", '買過:"尿布 M"'),
    "金級 有券:升日券": (4, "有券:升日券", ""),
    "生曰:本月": (1, "生曰:本月", "生日:本月"),
    "母嬰": (1, "母嬰", "#母嬰"),
    "尿布": (1, "尿布", "買過:尿布"),
    "R": (1, "R", "R>30"),
    "金級 R>三十": (4, "R>三十", "R>30"),
    "R:30": (1, "R:30", "R>30"),
    "M>99999999999": (1, "M>99999999999", "999,999,999"),
    "未購:很久": (1, "未購:很久", "未購:90天"),
    "生日:13月": (1, "生日:13月", "12月"),
    "生日:2/30": (1, "生日:2/30", "12月"),
    "買過:": (1, "買過:", "買過:尿布"),
    "# 金級": (1, "#金級", ""),
    "語言:tlh": (1, "語言:tlh", ""),
    "團:99": (1, "團:99", ""),
    "金級 (銀級 R>3": (4, "(", "右邊"),
    "金級) 銀級": (3, ")", "左邊"),
    "金級 ()": (4, "(", "沒有條件"),
    "或 金級": (1, "或", "前面少了"),
    "金級 且": (4, "且", "後面少了"),
    "金級 且 或 銀級": (4, "且", "後面少了"),
    "金級 (非)": (5, "非", "後面少了"),
    "金級、銀級": (3, "、", "且"),
    "買過:「尿布": (4, "「", "引號"),
    "圈圈": (1, "圈圈", "自己"),
    "壞掉": (1, "壞掉", "#走了"),
    "(" * 30 + "金級" + ")" * 30: (21, "(", "20 層"),
    "非 " * 30 + "金級": (41, "非", "20 層"),
    "金級 " * 31: (91, "金級", "31 個條件"),
    "字 " * 1_000: (241, "字", "30 個"),
}


class Names(Known):
    """A shop that exists only by its names."""

    def __init__(self, programme: Programme) -> None:
        super().__init__(Any, programme)  # type: ignore[arg-type]
        self.tags = ["母嬰", "來源:市集", "👍🏽"]
        self.sources, self.languages = ["市集"], ["zh", "en"]
        self.products = [
            ProductName(1, "尿布 M", "母嬰"),
            ProductName(2, "濕巾", "母嬰"),
            ProductName(3, "非洲豆", ""),
        ]
        expressions = {"常客": "金級 F>=3", "寶媽": "#母嬰", "圈圈": "全部 圈圈", "壞掉": "#走了"}
        self.saved = {
            key(name): SavedSegment(name=name, text=text) for name, text in expressions.items()
        }

    def tag(self, said: str) -> str | None:
        if said.endswith(":*"):
            return said
        return next((tag for tag in self.tags if key(tag) == key(said)), None)

    def source(self, said: str) -> str | None:
        return said if said in self.sources else None

    def has_group_buy(self, number: int) -> bool:
        return number == 3


@pytest.fixture
def names(programme: Programme) -> Names:
    return Names(programme)


def read(text: str, names: Names) -> Segment:
    return Segment(_Reading(names, ()).tree(text))


@pytest.mark.parametrize("typed", READS)
def test_an_expression_reads_as_it_is_meant_and_as_the_same_again(typed: str, names: Names):
    segment = read(typed, names)

    assert segment.text == READS[typed]
    assert read(segment.text, names) == segment


@pytest.mark.parametrize("typed", POINTS_AT)
def test_what_is_not_understood_is_pointed_at(typed: str, names: Names):
    position, word, nearest = POINTS_AT[typed]

    with pytest.raises(BadSegment) as refused:
        read(typed, names)

    assert (refused.value.position, refused.value.word) == (position, word)
    assert f"第 {position} 個字的「" in str(refused.value)
    assert nearest in str(refused.value)


def test_nothing_at_all_and_far_too_much_are_refused(names: Names):
    for nothing in ("", "  \n", "\x00"):
        with pytest.raises(EmptySegment):
            read(nothing, names)
    with pytest.raises(SegmentTooLong):
        read("金級" * 2_000, names)


SIGNS = '且或非()（）!&|:<>=#"「」、,， \n\x00\ud800👍🏽🇹🇼RFM金級母嬰天日'
WORDS = "金級,#母嬰,R>30,生日:,買過:尿布,AND ,NOT ,常客,圈圈,非非,90天"
PIECES = st.sampled_from([*SIGNS, *WORDS.split(",")])


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60))
@example("٣" * 5 + "R>٣ 生日:²月 團:#②")
@example("買過:" + "非" * 60)
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(typed: str):
    names = Names(programmes.load())
    try:
        segment = read(typed, names)
    except (BadSegment, EmptySegment) as error:
        refused = error
    else:
        assert read(segment.text, names) == segment
        return
    assert "{" not in str(refused).replace(refused.word, "")
    assert 1 <= refused.position <= max(len(typed), 1)
