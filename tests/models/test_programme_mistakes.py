"""A mistake in the shop's rules: one sentence that says where it is and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import programme as programmes
from models.programme import BadProgramme, Condition
from models.strict_toml import UnreadableProgramme

BASE = """
preset = "E"
[[tiers]]
key = "plain"
name = "一般"
[[tiers]]
key = "loyal"
name = "熟客"
any = [{ spend = 3000 }]
pay = 95
"""

FEAST = '[[festivals]]\nkey = "nine"\nname = "重陽"\nday = "農曆9/9"\nmessage = "敬老"\n'


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "rules.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("mistake", "table", "key", "words"),
    [
        ("pionts = { value = 1 }\n", "", "pionts", "可用的有 preset、shop"),
        ("points = 5\n", "", "points", "要寫成表格 [points]"),
        ("[points]\nvalid_day = 30\n", "points", "valid_day", "可用的有 enabled"),
        ("[points]\nvalid_days = 0\n", "points", "valid_days", "1 到 3650 的整數"),
        ("[points]\nvalid_days = true\n", "points", "valid_days", "1 到 3650 的整數"),
        ("[points]\nvalid_days = 30.5\n", "points", "valid_days", "1 到 3650 的整數"),
        ('[points]\nenabled = "是"\n', "points", "enabled", "true 或 false"),
        ('[messages]\nbirthday_mode = "year"\n', "messages", "birthday_mode", "day、month"),
        ('[messages]\nwin_back_coupon = "none"\n', "messages", "win_back_coupon", "沒有這張券"),
        ("[responses]\noffers = 1001\n", "responses", "offers", "0 到 1000"),
        ("line_plans = []\n", "", "line_plans", "1 到 10 種方案"),
        ('[[line_plans]]\nname = "中"\nfee = 800\n', "line_plans.1", "messages", "沒有寫"),
        ('[shop]\nname = "  "\n', "shop", "name", "1 到 40 個字"),
        ('[shop]\nname = "a\\nb"\n', "shop", "name", "一行文字"),
        ("[shop]\nname = 5\n", "shop", "name", "一行文字"),
        ('[member_day]\nday = "每週六"\n', "member_day", "day", "第1個星期六 這樣的寫法"),
        ("[member_day]\nuntil_hour = 12\n", "member_day", "until_hour", "要比 from_hour"),
        ('[member_day]\ntag = "會員 日"\n', "member_day", "tag", "不能有空格"),
        ('[member_day]\ntiers = ["vip"]\n', "member_day", "tiers", "沒有這個等級"),
        ('[anniversary]\ncoupon = "none"\n', "anniversary", "coupon", "沒有這張券"),
        ('[digest]\nday = "週四"\n', "digest", "day", "星期四"),
        ("festivals = 3\n", "", "festivals", "最多 50 個節日"),
        (f"{FEAST}{FEAST}", "festivals.2", "key", "每個節日要不同"),
        (FEAST.replace("9/9", "13/1"), "festivals.1", "day", "農曆8/15"),
        ("tiers = 3\n", "", "tiers", "1 到 10 個等級"),
        ("tiers = []\n", "", "tiers", "1 到 10 個等級"),
        ("tiers = [1]\n", "", "tiers.1", "要寫成表格"),
        ("[reliability]\nneutral = 30\n", "reliability", "deposit_below", "不能高於 neutral"),
        ("[reliability]\nearly_from = 60\n", "reliability", "early_from", "要高於 neutral"),
        ("[period]\ndays = 1\n", "period", "days", "30 到 1100 的整數"),
        ('preset = "Z"\n', "", "preset", "A、B、C、D、E"),
        ("preset = 1\n", "", "preset", "A、B、C、D、E"),
        ('[gifts]\nnewcomer = ["nothing"]\n', "gifts", "newcomer", "沒有這張券"),
        ('[gifts]\nnewcomer = "nothing"\n', "gifts", "newcomer", "清單"),
        ("[gifts]\nnewcomer = [1]\n", "gifts", "newcomer", "清單"),
        ("[coupons]\nx = 1\n", "", "coupons.x", "要寫成表格"),
        ('[coupons.x]\nname = "券"\n', "coupons.x", "kind", "沒有寫，只能是 percent、amount"),
        ('[coupons.X]\nname = "券"\nkind = "gift"\n', "coupons.X", "key", "英文小寫"),
        (
            '[coupons.x]\nkey = "y"\nname = "券"\nkind = "gift"\n',
            "coupons.x",
            "key",
            "表格的名字 x",
        ),
        (
            "[coupons.newcomer_discount]\nvalue = 9\n",
            "coupons.newcomer_discount",
            "value",
            "8折寫 80",
        ),
        (
            '[coupons.x]\nname = "券"\nkind = "amount"\n',
            "coupons.x",
            "value",
            "1 以上的整數",
        ),
        (
            '[coupons.x]\nname = "券"\nkind = "gift"\ntotal_limit = 0\n',
            "coupons.x",
            "total_limit",
            "1 到 100000000 的整數",
        ),
        (
            '[coupons.x]\nname = "券"\nkind = "gift"\nfrom = "12/1"\n',
            "coupons.x",
            "from",
            "2026-12-01 這樣的日期",
        ),
        (
            '[coupons.x]\nname = "券"\nkind = "gift"\nuntil = 2026-12-01T00:00:00\n',
            "coupons.x",
            "until",
            "2026-12-01 這樣的日期",
        ),
        (
            '[coupons.x]\nname = "券"\nkind = "gift"\nfrom = 2026-12-02\nuntil = 2026-12-01\n',
            "coupons.x",
            "until",
            "不能早於 from",
        ),
        (
            '[coupons.x]\nname = "券"\nkind = "gift"\ntiers = ["金級"]\n',
            "coupons.x",
            "tiers",
            "代號的清單",
        ),
        (
            '[coupons.x]\nname = "券"\nkind = "gift"\ntiers = ["platinum"]\n',
            "coupons.x",
            "tiers",
            "只能是 bronze、silver",
        ),
        (
            '[coupons.x]\nname = "券"\nkind = "gift"\nproducts = "尿布"\n',
            "coupons.x",
            "products",
            "清單",
        ),
        (
            '[coupons.x]\nname = "券"\nkind = "gift"\nstacks = 1\n',
            "coupons.x",
            "stacks",
            "true 或 false",
        ),
        (
            "[coupon_rules]\nreturned_valid_days = -1\n",
            "coupon_rules",
            "returned_valid_days",
            "0 到 365 的整數",
        ),
    ],
)
def test_a_mistake_is_one_sentence_naming_file_table_key_and_what_is_allowed(
    write, mistake: str, table: str, key: str, words: str
):
    with pytest.raises(BadProgramme) as refusal:
        programmes.load(write(mistake))

    said = str(refusal.value)
    assert (refusal.value.file, refusal.value.table, refusal.value.key) == (
        "rules.toml",
        table,
        key,
    )
    assert all(part in said for part in ("rules.toml", table, key, words))
    assert said.endswith("。")
    assert said.count("。") == 1
    assert "\n" not in said


@pytest.mark.parametrize(
    ("before", "after", "key", "words"),
    [
        ("pay = 95", "pay = 9", "pay", "30 到 100 的整數"),
        ("pay = 95", "fold = 95", "fold", "可用的有 key、name"),
        ('name = "熟客"', "", "name", "沒有寫"),
        ('key = "loyal"', 'key = "plain"', "key", "每個等級要不同"),
        ('name = "熟客"', 'name = "一般"', "name", "每個等級要不同"),
        ("any = [{ spend = 3000 }]", "", "any", "其他等級都要寫"),
        ("any = [{ spend = 3000 }]", "any = 3000", "any", "條件的清單"),
        ("any = [{ spend = 3000 }]", "any = [{}]", "any", "至少要有一個大於 0"),
        ("any = [{ spend = 3000 }]", "any = [3000]", "any", "要寫成表格"),
        ("{ spend = 3000 }", "{ spend = -1 }", "spend", "0 到 10000000 的整數"),
        ("{ spend = 3000 }", "{ money = 3000 }", "money", "可用的有 spend"),
        ("pay = 95", 'pay = 95\nbirthday_coupon = "cake"', "birthday_coupon", "沒有這張券"),
        ("pay = 95", 'pay = 95\nbenefits = "many"', "benefits", "清單"),
    ],
)
def test_a_mistake_in_a_tier_names_which_tier(write, before, after, key, words):
    with pytest.raises(BadProgramme) as refusal:
        programmes.load(write(BASE.replace(before, after)))

    assert "tiers.2" in str(refusal.value)
    assert key in str(refusal.value)
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    "conditions",
    [
        "[{ spend = 3000 }]",
        "[{ spend = 2999 }]",
        "[{ spend = 9000 }, { spend = 3000 }]",
    ],
)
def test_thresholds_must_rise(write, conditions: str):
    top = f'[[tiers]]\nkey = "top"\nname = "貴賓"\npay = 90\nany = {conditions}\n'

    with pytest.raises(BadProgramme, match="要比「熟客」的 spend = 3000 高"):
        programmes.load(write(BASE + top))


def test_a_higher_tier_may_ask_for_one_thing_more(write):
    top = (
        '[[tiers]]\nkey = "top"\nname = "貴賓"\npay = 90\nany = [{ spend = 3000, friends = 1 }]\n'
    )

    assert programmes.load(write(BASE + top)).tiers[2].any == (Condition(spend=3000, friends=1),)


def test_a_higher_tier_never_returns_in_fewer_days(write):
    top = '[[tiers]]\nkey = "top"\nname = "貴賓"\npay = 90\nany = [{ spend = 5000 }]\n'
    longer = BASE.replace("pay = 95", "pay = 95\nreturn_days = 30")

    with pytest.raises(BadProgramme, match="7 天，不能少於低一級的 30 天"):
        programmes.load(write(longer + top))
    assert programmes.load(write(longer + top + "return_days = 30\n")).tiers[2].return_days == 30


def test_a_higher_tier_never_pays_more(write):
    top = '[[tiers]]\nkey = "top"\nname = "貴賓"\nany = [{ spend = 5000 }]\n'

    with pytest.raises(BadProgramme, match="不能高於「熟客」的 95"):
        programmes.load(write(BASE + top))


def test_only_the_first_tier_comes_without_a_condition(write):
    with pytest.raises(BadProgramme, match="只有第一個等級"):
        programmes.load(write(BASE.replace('name = "一般"', 'name = "一般"\nany = [{orders=1}]')))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"tiers = [", "不是正確的 TOML"),
        (b'name = "\xff\xfe"', "UTF-8"),
        (b"a = " + b"[" * 5000, "不是正確的 TOML|括號層數太多"),
    ],
)
def test_a_file_that_is_no_toml_is_refused_with_its_name(tmp_path, content: bytes, words: str):
    path = tmp_path / "rules.toml"
    path.write_bytes(content)

    with pytest.raises(UnreadableProgramme, match=words) as refusal:
        programmes.load(path)

    assert "rules.toml" in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", ["nowhere.toml", "", "a\0b"])
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(tmp_path, name: str):
    with pytest.raises(UnreadableProgramme, match="請給存在的檔案，或 A 到 E 的預設"):
        programmes.load(str(tmp_path / name))


PLAIN = st.recursive(
    st.booleans() | st.integers(-5, 5) | st.text(max_size=3) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["key", "name", "any", "spend", "pay", "value", "days", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*programmes.TABLES, "x"]), PLAIN, min_size=1))
def test_whatever_a_file_holds_it_is_a_programme_or_one_sentence(tables):
    try:
        made = programmes.read_tables(tables, file="rules.toml")
    except BadProgramme as refusal:
        said = str(refusal)
        assert said.startswith("規則檔 rules.toml 的 ")
        assert "\n" not in said
    else:
        assert made.tiers[0].any == ()
