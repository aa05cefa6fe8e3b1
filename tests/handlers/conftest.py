"""The shop and its fixed cast, as in the journeys."""

from tests.journeys.conftest import boss, lin, mei, phone, shop

__all__ = ["boss", "lin", "mei", "phone", "shop"]
