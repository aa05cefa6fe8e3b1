"""What is true in the shop: records, and the rules that guard them.

Importing this package imports every record, so that the metadata is whole.
"""

from __future__ import annotations

import importlib
import pkgutil


def load() -> None:
    """Import every module beneath, so that each record is in `Base.metadata`."""
    for module in pkgutil.walk_packages(__path__, "models."):
        importlib.import_module(module.name)
