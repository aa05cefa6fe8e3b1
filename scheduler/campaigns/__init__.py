"""One file, one campaign. `load()` imports them all, and importing registers."""

import importlib
import pkgutil


def load() -> None:
    """Import every campaign, so that each is registered."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
