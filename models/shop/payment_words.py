"""What members write when they have paid: how much, from which account, for which orders.

Pure. Five digits are the end of an account unless something says that they are
money; what could be either is read as neither, and asked about.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

ORDER = re.compile(r"(?<![\d/-])(\d{1,9}-\d{1,9})(?![\d/-])", re.ASCII)
NOISE = re.compile(
    r"\d{1,4}/\d{1,2}(?:/\d{1,2})?|\d{1,2}[::]\d{2}|[(（][一二三四五六日][)）]", re.ASCII
)
DIGITS = re.compile(
    r"(?:(?:末|後|尾|最後)\s*(?:五|5)\s*碼|末碼|尾數|尾碼|後五|末五|後5|末5|帳號)\s*(?:是|為)?[:：\s]*(\d+)",
    re.ASCII,
)
BEFORE_MONEY = r"(?:NT\$?|\$|新台幣|金額|共|總共|一共)\s*[:：]?\s*"
MONEY = re.compile(
    rf"{BEFORE_MONEY}(\d{{1,3}}(?:,\d{{3}})+|\d+)|(\d{{1,3}}(?:,\d{{3}})+|\d+)\s*(?:元|塊|圓)"
    r"|(\d{1,3}(?:,\d{3})+)",
    re.IGNORECASE | re.ASCII,
)
NUMBER = re.compile(r"\d+", re.ASCII)
FIVE = 5
LARGEST = 10_000_000


class Told(NamedTuple):
    """What was read: `amount` whole TWD, 0 if none is said; `digits` "" if none are.

    `wrong` are digits that should be five and are not; `unclear` that two numbers
    could each be either.
    """

    amount: int = 0
    digits: str = ""
    orders: tuple[str, ...] = ()
    wrong: str = ""
    unclear: bool = False


def read(text: str) -> Told:
    """Read what somebody wrote behind 匯款."""
    rest = unicodedata.normalize("NFKC", text)
    orders = tuple(dict.fromkeys(ORDER.findall(rest)))
    rest = NOISE.sub(" ", ORDER.sub(" ", rest))
    digits, wrong = "", ""
    if found := DIGITS.search(rest):
        digits, wrong = _five(found[1])
        rest = rest.replace(found[0], " ", 1)
    amount = 0
    if found := MONEY.search(rest):
        amount = int("".join(group or "" for group in found.groups()).replace(",", ""))
        rest = rest.replace(found[0], " ", 1)
    return _numbers(NUMBER.findall(rest), Told(min(amount, LARGEST), digits, orders, wrong))


def _five(written: str) -> tuple[str, str]:
    return (written, "") if len(written) == FIVE else ("", written)


def _numbers(numbers: list[str], told: Told) -> Told:
    """What bare numbers mean beside what is known already."""
    left = list(numbers)
    fives = [each for each in left if len(each) == FIVE]
    if fives and not (told.digits or told.wrong):
        told = told._replace(digits=fives[0], unclear=len(fives) > 1)
        left.remove(fives[0])
    if not left:
        return told
    if told.unclear or len(left) > 1 or (told.amount and told.digits):
        return told._replace(unclear=True)
    if told.amount:  # what is no money may be digits, mistyped
        return told._replace(wrong=told.wrong or left[0][:15])
    return _money(told, left[0])


def _money(told: Told, written: str) -> Told:
    amount = int(written[:15])
    if written.startswith("0") or amount > LARGEST:
        return told._replace(wrong=written[:15])
    return told._replace(amount=amount)
