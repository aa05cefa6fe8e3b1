"""What to do when somebody speaks. `load()` discovers everything beneath."""

import importlib
import pkgutil


def load() -> None:
    """Import every handler, so that each registers its words."""
    for module in pkgutil.walk_packages(__path__, "handlers."):
        importlib.import_module(module.name)
