"""The rules never fail on what they are given, however strange."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from emulator.validation.bodies import NARROWCAST, PUSH
from emulator.validation.coupons import COUPON
from emulator.validation.flex import check_container
from emulator.validation.menus import RICH_MENU
from emulator.validation.messages import MESSAGE
from emulator.validation.rules import Problem, Problems

NAMES = [
    "type", "text", "contents", "action", "actions", "label", "altText", "template", "items",
    "quickReply", "layout", "substitution", "emojis", "index", "columns", "messages", "to",
]  # fmt: skip
KINDS = [
    "text", "textV2", "flex", "bubble", "carousel", "box", "vertical", "template", "buttons",
    "confirm", "postback", "message", "image", "mention", "action",
]  # fmt: skip
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(KINDS),
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.sampled_from(NAMES), each, max_size=5)
    ),
    max_leaves=12,
)


@given(ANYTHING)
def test_whatever_arrives_is_judged(value: Any) -> None:
    for rule in (MESSAGE, PUSH, NARROWCAST, RICH_MENU, COUPON):
        problems: Problems = []
        rule.check(value, (), problems)
        assert all(isinstance(problem, Problem) for problem in problems)
        assert problems or isinstance(value, dict)
    assert check_container(value) or isinstance(value, dict)
