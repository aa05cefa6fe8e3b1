"""Each rule of sending at its edge; no database."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import TAIPEI
from models.talk.policy import (
    KEY_LIFE,
    Delay,
    Expire,
    Facts,
    GiveUp,
    Purpose,
    Recipient,
    Send,
    SendRules,
    Skip,
    TurnIntoPush,
    decide,
    decide_reply,
    quiet_until,
)

RULES = SendRules()
QUIET = RULES.quiet
SECOND = timedelta(seconds=1)
INSTANTS = st.datetimes(
    # hypothesis wants bounds without a zone
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001
    max_value=datetime(2028, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
CLOCKS = st.times()


def taipei(hour: int, minute: int = 0, second: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=TAIPEI)


def offer(**other: object) -> Facts:
    return Facts(**{"purpose": Purpose.MARKETING, "recipient": Recipient()} | other)  # type: ignore[arg-type]


def notice(**other: object) -> Facts:
    return offer(**{"purpose": Purpose.SERVICE} | other)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (taipei(21, 29, 59), None),
        (taipei(21, 30), taipei(9, day=25)),
        (taipei(23, 59, 59), taipei(9, day=25)),
        (taipei(0), taipei(9)),
        (taipei(8, 59, 59), taipei(9)),
        (taipei(9), None),
        (taipei(12), None),
    ],
)
def test_nobody_is_written_to_from_half_past_nine_at_night_until_nine(at, until):
    assert quiet_until(at, QUIET) == until
    assert decide(notice(), RULES, at) == (Delay(until) if until else Send())


def test_quiet_hours_may_lie_within_one_day():
    siesta = (time(12), time(14))

    assert quiet_until(taipei(11, 59, 59), siesta) is None
    assert quiet_until(taipei(12), siesta) == taipei(14)
    assert quiet_until(taipei(14), siesta) is None


@given(INSTANTS, CLOCKS)
def test_without_quiet_hours_every_hour_will_do(at, clock):
    assert quiet_until(at, None) is None
    assert quiet_until(at, (clock, clock)) is None


@given(INSTANTS, CLOCKS, CLOCKS)
def test_quiet_hours_end_within_a_day_at_their_end_and_not_in_themselves(at, start, end):
    until = quiet_until(at, (start, end))

    if until is not None:
        assert at < until <= at + timedelta(days=1)
        assert until.astimezone(TAIPEI).time() == end
        assert quiet_until(until, (start, end)) is None


@given(INSTANTS, CLOCKS, CLOCKS)
def test_quiet_hours_and_their_complement_cover_the_day(at, start, end):
    if start != end:
        quiet, awake = quiet_until(at, (start, end)), quiet_until(at, (end, start))

        assert (quiet is None) != (awake is None)


@given(INSTANTS)
def test_an_urgent_answer_knows_no_quiet_hours(at):
    assert decide(notice(urgent=True), RULES, at) == Send()


def test_a_message_expires_at_the_end_of_its_use_and_not_before():
    at = taipei(12)

    assert decide(notice(use_until=at), RULES, at) == Expire()
    assert decide(notice(use_until=at + SECOND), RULES, at) == Send()


@pytest.mark.parametrize(
    ("recipient", "marketing", "service"),
    [
        (Recipient(), Send(), Send()),
        (Recipient(erased=True), Skip("erased"), Skip("erased")),
        (Recipient(reachable=False), Skip("blocked"), Skip("blocked")),
        (Recipient(marketing=False), Skip("opted_out"), Send()),
        (Recipient(topic_refused=True), Skip("opted_out"), Skip("opted_out")),
    ],
)
def test_what_a_member_refused_is_not_sent(recipient, marketing, service):
    at = taipei(12)

    assert decide(offer(recipient=recipient), RULES, at) == marketing
    assert decide(notice(recipient=recipient), RULES, at) == service


def test_a_message_to_no_single_member_asks_nobodys_consent():
    assert decide(offer(recipient=None), RULES, taipei(12)) == Send()


def test_a_refusal_counts_even_at_night():
    refused = offer(recipient=Recipient(marketing=False))

    assert decide(refused, RULES, taipei(23)) == Skip("opted_out")


def test_the_third_offer_in_seven_days_waits_while_it_is_of_use():
    at = taipei(12)
    oldest, newest = at - timedelta(days=7) + SECOND, at - SECOND
    capped = {"recent": [newest, oldest]}

    assert decide(offer(recent=[newest]), RULES, at) == Send()
    assert decide(offer(**capped), RULES, at) == Skip("capped")
    kept = offer(**capped, use_until=at + timedelta(days=1))
    assert decide(kept, RULES, at) == Delay(at + SECOND)
    too_short = offer(**capped, use_until=at + SECOND)
    assert decide(too_short, RULES, at) == Skip("capped")


def test_an_offer_of_exactly_seven_days_ago_no_longer_counts():
    at = taipei(12)

    assert decide(offer(recent=[at - SECOND, at - timedelta(days=7)]), RULES, at) == Send()


def test_a_cap_of_none_lets_no_offer_out():
    assert decide(offer(), SendRules(cap=0), taipei(12)) == Skip("capped")


def test_service_and_exempt_messages_are_not_capped():
    at = taipei(12)

    assert decide(notice(recent=[at, at, at]), RULES, at) == Send()
    assert decide(offer(recent=[at, at, at], capped=False), RULES, at) == Send()


@given(
    st.lists(st.timedeltas(min_value=-timedelta(days=20), max_value=timedelta()), max_size=8),
    st.integers(1, 4),
    st.integers(1, 10),
)
def test_a_delayed_offer_is_let_out_when_its_delay_is_over(ages, cap, days):
    at, rules = taipei(12), SendRules(quiet=None, cap=cap, cap_days=days)
    known = offer(recent=[at + age for age in ages], use_until=at + timedelta(days=99))

    decision = decide(known, rules, at)

    inside = [age for age in ages if age > -timedelta(days=days)]
    assert (decision == Send()) == (len(inside) < cap)
    if isinstance(decision, Delay):
        assert at < decision.until
        assert decide(known, rules, decision.until) == Send()
        assert decide(known, rules, decision.until - SECOND / 1000) != Send()


def test_a_retry_key_is_used_for_a_little_less_than_a_day():
    at = taipei(12)

    young = notice(tried_at=at - KEY_LIFE + SECOND)
    assert decide(young, RULES, at) == Send()
    assert decide(notice(tried_at=at - KEY_LIFE), RULES, at) == GiveUp("key_too_old")
    assert timedelta(hours=23, minutes=50) == KEY_LIFE


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"recipient": Recipient(marketing=False)}, "opted_out"),
        ({"use_until": taipei(12)}, "expired"),
    ],
)
def test_what_line_may_have_already_does_not_end_as_if_it_had_not(changed, reason):
    tried = {"tried_at": taipei(11)} | changed

    assert decide(offer(**tried), RULES, taipei(12)) == GiveUp(reason)


@pytest.mark.parametrize("essential", [True, False])
def test_a_reply_goes_out_while_its_token_lives(essential):
    until = taipei(23)
    fresh = notice(use_until=until, essential=essential)

    assert decide_reply(fresh, until - SECOND) == Send()
    late = TurnIntoPush() if essential else Expire()
    assert decide_reply(fresh, until) == late


@pytest.mark.parametrize("essential", [True, False])
def test_a_reply_that_line_may_have_is_never_replied_again(essential):
    tried = notice(tried_at=taipei(12), use_until=taipei(13), essential=essential)

    expected = TurnIntoPush() if essential else GiveUp("unanswered")
    assert decide_reply(tried, taipei(12)) == expected
