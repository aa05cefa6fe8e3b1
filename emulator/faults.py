"""What can go wrong with LINE, switchable while it runs; everything is off at first."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from random import Random
from typing import Any


@dataclass(slots=True)
class Faults:
    """Probabilities are 0 to 1.

    `slow_ms`: answers come late. `fail_before` and `fail_after`: 500 before or after
    the request was accepted. `drop`: accepted, but the connection breaks. The 429s and
    the 401 refuse. The rest changes webhooks: each again marked as redelivered, each
    twice, in another order, or in standby mode.
    """

    slow_ms: int = 0
    fail_before: float = 0.0
    fail_after: float = 0.0
    drop: float = 0.0
    rate_limited: float = 0.0
    monthly_limit: bool = False
    unauthorized: bool = False
    redeliver: bool = False
    duplicate: bool = False
    shuffle: bool = False
    standby: bool = False

    def set(self, values: dict[str, Any]) -> None:
        """Change some of them, all or none.

        Raises:
            ValueError: no such fault, or no such value.
        """
        kinds = {each.name: type(getattr(FAULTLESS, each.name)) for each in fields(self)}
        accepted: dict[str, Any] = {}
        for name, value in values.items():
            if name not in kinds:
                raise ValueError(f"沒有這種故障：{name}")
            if not isinstance(value, bool | int | float) or value < 0:
                raise ValueError(f"{name} 不能是 {value!r}。")
            if kinds[name] is float and value > 1:
                raise ValueError(f"{name} 是機率，介於 0 到 1。")
            accepted[name] = kinds[name](value)
        for name, value in accepted.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


FAULTLESS = Faults()


def strikes(probability: float, random: Random) -> bool:
    """Whether a fault of this probability happens now; draws nothing when it is off."""
    return probability > 0 and random.random() < probability
