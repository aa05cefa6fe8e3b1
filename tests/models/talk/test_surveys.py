"""Stars as people write them."""

import pytest

from models.talk import surveys


@pytest.mark.parametrize(
    ("said", "stars"),
    [
        *(("5", 5), ("５", 5), ("4星", 4), ("三顆星", 3), ("★★", 2), ("⭐️", 1), ("★★★☆☆", 3)),
        *(("5分", 5), ("0", None), ("6", None), ("★★★★★★", None), ("", None), ("☆", None)),
        *(("-1", None), ("很好", None), ("3-12", None), ("²", 2), ("星", None)),
    ],
)
def test_stars_are_read(said: str, stars: int | None):
    assert surveys.read(said) == stars
