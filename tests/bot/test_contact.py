"""Addresses by which people come from a group into 1:1."""

from bot.contact import Contact


def test_addresses_are_encoded_as_line_wants():
    found = Contact("@123abcd")

    assert found.add_friend == "https://line.me/R/ti/p/%40123abcd"
    assert found.write("3 A+2 謝謝?") == (
        "https://line.me/R/oaMessage/%40123abcd/?3%20A%2B2%20%E8%AC%9D%E8%AC%9D%3F"
    )


def test_without_an_id_there_are_none():
    assert (Contact().add_friend, Contact().write("+1")) == ("", "")
