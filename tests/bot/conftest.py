"""The shop and its fixed cast, as in the journeys; and what was logged."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from tests.journeys.conftest import boss, lin, mei, phone, shop

__all__ = ["boss", "lin", "logged", "mei", "phone", "shop"]


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What the code under test logs, as it was given to the logger."""
    capture = LogCapture()
    structlog.configure(processors=[capture])
    yield capture.entries
    structlog.reset_defaults()
