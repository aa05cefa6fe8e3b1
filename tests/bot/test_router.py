"""Which words call which command, for whom, and with what."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handlers
from bot import router, words
from bot.router import COMMANDS, Rest, find
from models.people.roles import Role

handlers.load()
MEMBER, OWNER = Role.MEMBER, Role.OWNER


def called(text, role=MEMBER):
    """The command these words call, by its first word."""
    match = find(text, role)
    return None if match is None else match.command.words[0]


def test_every_word_calls_its_own_command_and_no_other():
    commands = router.visible(OWNER)

    found = {word: find(word, OWNER) for entry in commands for word in entry.words}

    assert {word for word, match in found.items() if match is None or not match.exact} == set()
    assert {
        word
        for entry in commands
        for word in entry.words
        if found[word].command is not entry or found[word].rest
    } == set()


def test_no_word_hides_another_when_words_follow():
    """`點數 明細` must not become another command than `點數明細`, say."""
    hidden = [
        (longer, shorter)
        for longer in COMMANDS
        for shorter in COMMANDS
        if longer != shorter
        and longer.startswith(shorter)
        and find(longer, OWNER).command is not COMMANDS[longer]
    ]

    assert hidden == []


def test_no_usage_shown_to_people_is_refused_as_usage():
    for entry in router.visible(OWNER):
        match = find(entry.usage.replace("<", "").replace(">", ""), OWNER)

        assert match is not None, entry.usage
        assert match.command is entry, entry.usage


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("點數", "點數"),
        ("points", "點數"),
        ("POINTS", "點數"),
        ("ｐｏｉｎｔｓ", "點數"),
        ("Points。", "點數"),
        ("点数", "點數"),
        ("  點數  ", "點數"),
        ("點 數", "點數"),
        ("點數\n", "點數"),
        ("點數！", "點數"),
        ("點數?", "點數"),
        ("點數～～", "點數"),
        ("點數...", "點數"),
        ("點\u200b數", "點數"),
        ("點數餘額", "點數"),
        ("我的點數", "點數"),
        ("我的点数", "點數"),
        ("查詢點數", "點數"),
        ("請問點數有多少?", "點數"),
        ("poitns", "點數"),
        ("point s", "點數"),
        ("ponts", "點數"),
        ("积分", "點數"),
        ("优惠券", "優惠券"),
        ("優惠卷", "優惠券"),
        ("我的優惠券有哪些", "優惠券"),
        ("cuopon", "優惠券"),
        ("會員卡", "會員卡"),
        ("会员卡", "會員卡"),
        ("ＭＥ", "會員卡"),
        ("等級", "等級"),
        ("等级", "等級"),
        ("点数明细", "點數明細"),
        ("why points", "點數怎麼來"),
        ("說明", "說明"),
        ("说明。", "說明"),
        ("使用說明", "說明"),
        ("HELP!", "說明"),
        ("通知設定", "通知設定"),
        ("通知設訂", "通知設定"),
        ("停止行销", "停止行銷"),
        ("停止行銷，謝謝！", "停止行銷"),
        ("用完了 尿布", "用完了"),
        ("手機0912345678", "手機"),
        ("為什麼是銀級", "等級為什麼"),
    ],
)
def test_people_write_it_their_own_way(text, command):
    assert called(text) == command


@pytest.mark.parametrize(
    "text",
    ["", " ", "。", "\u200b", "嗨", "謝謝", "點", "m", "mi", "+1", "no", "points of view", "/"],
)
def test_other_words_call_nothing(text):
    assert called(text) is None


@pytest.mark.parametrize(
    "slip", ["停止行鎖", "恢復行消", "cancle", "confrim", "unsubscirbe", "subscibe"]
)
def test_what_acts_is_never_run_on_a_guess(slip):
    assert called(slip) is None


@pytest.mark.parametrize(
    "asked", ["還有嗎", "還有多少", "還有什麼優惠", "還沒收到", "手機殼有嗎", "興趣班", "請問客服"]
)
def test_a_question_is_no_answer_and_no_order(asked):
    assert called(asked) is None


@pytest.mark.parametrize("slip", ["/自動訊習", "/客服但", "/核消"])
def test_organisers_words_must_be_right(slip):
    assert called(slip, OWNER) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("生日 3/5", "3/5"),
        ("生日3/5", "3/5"),
        ("生日：3/5", "3/5"),
        ("生日\u30003/5", "3/5"),
        ("生日\n3/5", "3/5"),
        ("生日 ３／５", "3/5"),
        ("生日３月５日", "3月5日"),
    ],
)
def test_words_may_follow_with_or_without_a_space(text, rest):
    match = find(text, MEMBER)

    assert (match.command.words[0], match.rest) == ("生日", rest)


def test_a_question_of_several_lines_is_taken_whole():
    match = find("客服\n水餃少一包 請補\n謝謝", MEMBER)

    assert (match.command.words[0], match.rest) == ("客服", "水餃少一包 請補\n謝謝")
    assert match.exact


@pytest.mark.parametrize("role", list(Role))
def test_everybody_is_shown_exactly_what_they_may_call(role):
    shown = set(router.visible(role))

    assert shown == {c for c in COMMANDS.values() if role.covers(c.role)}
    assert {c for c in COMMANDS.values() if find(c.words[0], role) is not None} == shown


def test_members_are_never_guessed_an_organisers_command():
    told = [router.guesses(word, MEMBER) for word in COMMANDS]

    assert {c.role for found in told for c in found} == {MEMBER}


def test_organisers_words_start_with_a_slash_and_need_a_role():
    with pytest.raises(ValueError, match="slash"):
        router.command("/新指令")(lambda ctx: None)
    with pytest.raises(ValueError, match="slash"):
        router.command("新指令", role=Role.SUPPORT)(lambda ctx: None)
    assert find("/新指令", OWNER) is None


def test_a_word_belongs_to_one_command():
    with pytest.raises(ValueError, match="twice"):
        router.command("点数")(lambda ctx: None)


def test_every_parameter_can_be_read_from_words():
    """A union or a class that reads no word would fail only when somebody types it."""
    unreadable = [
        (entry.words[0], parameter.name)
        for entry in router.visible(OWNER)
        for parameter in entry.parameters
        if not (
            inspect.isclass(parameter.annotation) and issubclass(parameter.annotation, str | int)
        )
    ]

    assert unreadable == []


def test_only_the_last_parameter_takes_the_rest():
    for entry in router.visible(OWNER):
        assert Rest not in [parameter.annotation for parameter in entry.parameters[:-1]]


@given(st.text(max_size=60) | st.text("點數生日 3/5\n。！/確認客服", max_size=20))
def test_whatever_is_typed_finding_is_no_fault(text):
    for role in Role:
        find(text, role)
        router.guesses(text, role)


@given(st.sampled_from(sorted(COMMANDS)), st.text(max_size=30))
def test_whatever_follows_a_word_finding_is_no_fault(word, more):
    for glue in ("", " ", "\n", "："):
        match = find(word + glue + more, OWNER)
        assert match is None or match.command in COMMANDS.values()


@given(st.text(max_size=40))
def test_what_people_type_has_one_normal_form(text):
    assert words.plain(words.plain(text)) == words.plain(text)
    assert words.key(words.key(text)) == words.key(text)


@given(st.text(max_size=8), st.text(max_size=8))
def test_slips_are_counted_the_same_both_ways(one, other):
    assert words.distance(one, other) == words.distance(other, one)
    assert (words.distance(one, other) == 0) == (one == other)
