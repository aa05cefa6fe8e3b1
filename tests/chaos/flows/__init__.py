"""The flows of P4. A feature adds one class in a module here; being defined registers it."""

from __future__ import annotations

import importlib
import pkgutil

from tests.chaos.flow import FLOWS

for found in pkgutil.iter_modules(__path__, f"{__name__}."):
    importlib.import_module(found.name)

__all__ = ["FLOWS"]
