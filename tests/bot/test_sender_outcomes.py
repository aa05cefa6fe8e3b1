"""Each kind of answer and the state it leads to; no database."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import sender_outcomes as outcomes
from bot.line import Accepted, QuotaExhausted, RateLimited, Rejected, Retryable, Unauthorized
from models.talk.outbox_parcels import Parcel
from models.talk.outbox_records import Kind, State
from models.talk.policy import Purpose

CHANCE = random.Random(1)


@pytest.fixture
def parcel(now):
    """A push of the shop, or with other values anything else."""

    def make(**other):
        values = {
            "id": 1,
            "lease": "lease",
            "kind": Kind.PUSH,
            "to_id": "U1",
            "reply_token": None,
            "body": "[]",
            "retry_key": "key",
            "rule": "news",
            "period": "1",
            "purpose": Purpose.SERVICE,
            "essential": False,
            "attempts": 0,
            "due_at": now,
            "use_until": None,
            "claimed_at": now,
            "first_tried_at": None,
            "counted_at": None,
            "urgent": False,
            "probe": False,
        }
        return Parcel(**values | other)

    return make


@pytest.fixture
def answered(parcel, now):
    def make(answer, **other):
        return outcomes.of(parcel(**other), answer, now=now, chance=CHANCE)

    return make


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("repeated", [False, True])
def test_what_line_has_is_sent(answered, kind, repeated):
    outcome = answered(Accepted("r-1", repeated), kind=kind)

    assert (outcome.state, outcome.request_id) == (State.SENT, "r-1")


@pytest.mark.parametrize("kind", Kind)
def test_a_refused_token_leaves_the_message_as_it_was(answered, kind, now):
    outcome = answered(Unauthorized("401", 401), kind=kind)

    assert (outcome.state, outcome.due_at) == (State.QUEUED, now)
    assert (outcome.charged, outcome.open, outcome.as_push) == (False, False, False)


def test_a_push_without_an_answer_is_tried_again_later(answered, now):
    outcome = answered(Retryable("500", 500))

    assert (outcome.state, outcome.charged, outcome.open) == (State.QUEUED, True, True)
    assert now < outcome.due_at <= now + timedelta(seconds=2)


def test_a_push_that_never_left_us_is_tried_again_and_not_in_doubt(answered):
    outcome = answered(Retryable("refused", sent=False))

    assert (outcome.state, outcome.charged, outcome.open) == (State.QUEUED, True, False)


def test_a_rate_limit_charges_no_attempt(answered, now):
    outcome = answered(RateLimited("429", 429))

    assert (outcome.state, outcome.charged, outcome.open) == (State.QUEUED, False, False)
    assert now < outcome.due_at < now + timedelta(seconds=10)


def test_the_monthly_limit_parks_marketing_and_delays_service(answered, now):
    offer = answered(QuotaExhausted("429", 429), purpose=Purpose.MARKETING)
    notice = answered(QuotaExhausted("429", 429))

    assert (offer.state, offer.reason, offer.quota) == (State.PARKED, "marketing", True)
    assert (notice.state, notice.quota, notice.charged) == (State.QUEUED, True, False)
    assert notice.due_at > now


@pytest.mark.parametrize("status", [400, 403, 404, 413])
def test_a_push_that_line_will_never_take_is_dead(answered, status):
    assert answered(Rejected("no", status)).state is State.DEAD


@pytest.mark.parametrize("error", [Retryable("500", 500), Retryable("no answer")])
def test_a_reply_whose_fate_is_open_is_never_replied_again(answered, error):
    plain = answered(error, kind=Kind.REPLY)
    essential = answered(error, kind=Kind.REPLY, essential=True)

    assert (plain.state, plain.open) == (State.UNKNOWN, True)
    assert (essential.state, essential.as_push) == (State.QUEUED, True)


@pytest.mark.parametrize(
    "error", [Retryable("refused", sent=False), RateLimited("429"), QuotaExhausted("429")]
)
@pytest.mark.parametrize("essential", [True, False])
def test_a_reply_that_line_surely_has_not_is_replied_again(answered, now, error, essential):
    outcome = answered(error, kind=Kind.REPLY, essential=essential)

    assert (outcome.state, outcome.as_push, outcome.open) == (State.QUEUED, False, False)
    assert now < outcome.due_at < now + timedelta(seconds=2)


def test_a_reply_with_a_dead_token_is_pushed_if_it_matters(answered):
    error = Rejected("400 Invalid reply token", 400)

    assert answered(error, kind=Kind.REPLY, essential=True).as_push
    assert answered(error, kind=Kind.REPLY).state is State.EXPIRED
    assert answered(Rejected("400 other", 400), kind=Kind.REPLY).state is State.DEAD


@given(st.integers(0, 10_000), st.integers())
def test_waits_grow_up_to_a_quarter_of_an_hour_and_never_meet(attempts, seed):
    longest = min(900, 2 * 2 ** min(attempts, 20))

    wait = outcomes.backoff(attempts, random.Random(seed)).total_seconds()

    assert longest / 2 <= wait <= longest
