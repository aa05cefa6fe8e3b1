"""What members write when they have paid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shop import payment_words
from models.shop.payment_words import Told

SAID = [
    ("12345", Told(0, "12345")),
    ("１２３４５", Told(0, "12345")),
    ("1240 末五碼 12345", Told(1240, "12345")),
    ("末5碼:12345 NT$1,240", Told(1240, "12345")),
    ("12345 1240", Told(1240, "12345")),
    ("1240 12345", Told(1240, "12345")),
    ("12345 金額1240元 謝謝", Told(1240, "12345")),
    ("帳號後五碼 00123,共 12,000 元", Told(12_000, "00123")),
    ("12345 12000元", Told(12_000, "12345")),
    ("末五碼12345 12000", Told(12_000, "12345")),
    ("3-12 12345", Told(0, "12345", ("3-12",))),
    ("3-12、4-1 共1240 尾數 12345", Told(1240, "12345", ("3-12", "4-1"))),
    ("11/22 20:31 匯的 12345", Told(0, "12345")),
    ("450", Told(450)),
    ("好了", Told()),
    ("末五碼 1234", Told(wrong="1234")),
    ("末五碼 123456 金額 450", Told(450, wrong="123456")),
    ("450元 1234", Told(450, wrong="1234")),
    ("01234", Told(0, "01234")),
    ("0123", Told(wrong="0123")),
    ("12345 54321", Told(0, "12345", unclear=True)),
    ("12345 450 500", Told(0, "12345", unclear=True)),
]


@pytest.mark.parametrize(("said", "told"), SAID)
def test_a_report_is_read_as_it_was_meant(said: str, told: Told):
    assert payment_words.read(said) == told


@given(st.text(max_size=60))
def test_whatever_is_written_reads_as_something(said: str):
    told = payment_words.read(said)

    assert told.digits == "" or len(told.digits) == 5
    assert 0 <= told.amount <= payment_words.LARGEST


@given(
    st.integers(1, 99_999),
    st.integers(0, 99_999).map(lambda n: f"{n:05d}"),
    st.sampled_from(
        ["{d} {a:,}元", "{a}元 末五碼{d}", "NT${a} 後五碼:{d}", "末五碼 {d} 金額 {a}"]
    ),
)
def test_marked_figures_are_never_mistaken_for_each_other(amount: int, digits: str, form: str):
    told = payment_words.read(form.format(a=amount, d=digits))

    assert (told.amount, told.digits) == (amount, digits)
