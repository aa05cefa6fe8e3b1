"""Only LINE gets in: the signature over the bytes as they came."""

import base64
import random
from dataclasses import replace

import orjson
import pytest

from bot import assembly
from bot.webhook import signed
from tests.bot.calls import call, said, sign, stored
from tests.shop import CHANNEL_SECRET, Shop

# from LINE's documentation
SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
BODY = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
SIGNATURE = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
VERIFY = b'{"destination":"xxxxxxxxxx","events":[]}'


def test_lines_own_example_is_signed():
    assert signed(BODY, SIGNATURE, [SECRET])


@pytest.mark.parametrize(
    "body", [BODY + b" ", BODY.replace(b":", b": "), BODY[:-1], b"", BODY.swapcase()]
)
def test_the_signature_is_of_these_bytes_and_no_others(body):
    assert not signed(body, SIGNATURE, [SECRET])


def test_both_secrets_count_while_they_are_exchanged():
    old, new = sign(BODY, "old"), sign(BODY, "new")

    assert [signed(BODY, each, ["old", "new"]) for each in (old, new)] == [True, True]
    assert [signed(BODY, each, ["new"]) for each in (old, new)] == [False, True]


def test_without_a_secret_nothing_is_signed():
    assert not signed(BODY, SIGNATURE, [])


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "=",
        SIGNATURE[:-4],
        SIGNATURE[:10],
        SIGNATURE[:-1],
        SIGNATURE + "AAAA",
        SIGNATURE.lower(),
        SIGNATURE[:-2] + "t=",  # the same bytes, in another word
        f" {SIGNATURE}",
        f"{SIGNATURE}\n",
        f"{SIGNATURE},{SIGNATURE}",
        f"sha256={SIGNATURE}",
        base64.b64decode(SIGNATURE).hex(),
        "簽章",
        "é" * 44,
        "\ud800",
        "%" * 44,
        "A" * 100_000,
    ],
)
def test_a_signature_that_is_none_is_refused(signature):
    assert not signed(BODY, signature, [SECRET])


def test_five_thousand_forgeries_are_refused():
    chance = random.Random(1)
    right = base64.b64decode(SIGNATURE)

    def forged(number: int) -> str:
        if number % 2:
            return base64.b64encode(chance.randbytes(32)).decode()
        wrong = bytearray(right)
        wrong[chance.randrange(32)] ^= 1 << chance.randrange(8)
        return base64.b64encode(wrong).decode()

    assert sum(signed(BODY, forged(number), [SECRET, "other"]) for number in range(5000)) == 0


def test_a_forged_call_is_refused_and_leaves_nothing(shop: Shop, now):
    body = orjson.dumps({"events": [said("會員卡", now)]})
    forgeries = [sign(body, "another secret"), sign(body + b" "), "", "é" * 8, "x" * 44]

    answers = [call(shop, body, signature) for signature in forgeries]
    answers.append(shop.client.post("/callback", data=body))

    assert {answer.status_code for answer in answers} == {400}
    assert {answer.text for answer in answers} == {"bad signature\n"}
    assert stored(shop) == 0


def test_the_signature_is_looked_at_before_the_body(shop: Shop):
    assert call(shop, b"[" * 100_000, "x").text == "bad signature\n"


def test_the_verify_button_is_answered_and_stores_nothing(shop: Shop):
    assert call(shop, VERIFY).status_code == 200
    assert stored(shop) == 0


def test_the_header_may_be_written_in_any_case(shop: Shop):
    for name in ("X-Line-Signature", "x-line-signature", "X-LINE-SIGNATURE"):
        answer = shop.client.post("/callback", data=VERIFY, headers={name: sign(VERIFY)})
        assert answer.status_code == 200


def test_calls_signed_with_either_secret_are_taken_during_rotation(shop: Shop):
    settings = replace(shop.runtime.settings, channel_secrets=(CHANNEL_SECRET, "the new one"))
    intake = assembly.intake(replace(shop.runtime, settings=settings))
    shop.client.application.extensions["intake"] = lambda: intake

    answers = [call(shop, VERIFY, sign(VERIFY, secret)) for secret in intake.secrets]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_only_posting_is_possible(shop: Shop):
    assert shop.client.get("/callback").status_code == 405
