"""Core's own behaviour of a model, in a database that has our addons."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from unittest.mock import patch

OURS = (
    "umkm_base",
    "coop_",
    "factory_",
    "grant_",
    "lpdb_",
)


def is_ours(cls: type) -> bool:
    """Tell whether a class of a model's line of inheritance is of one of our addons."""
    parts = cls.__module__.split(".")
    return parts[:2] == ["odoo", "addons"] and parts[2].startswith(OURS)


@contextlib.contextmanager
def core_only(env, models: tuple[str, ...]) -> Iterator[None]:
    """Put core's methods back on the models, as if our addons overrode none.

    Fields, and methods that core does not know, stay.
    """
    with contextlib.ExitStack() as stack:
        for model in models:
            registry_class = type(env[model])
            for name, method in overridden(registry_class).items():
                stack.enter_context(patch.object(registry_class, name, method))
        yield


def overridden(registry_class: type) -> dict[str, object]:
    """Return {name: core's method} of what our addons override."""
    line = registry_class.__mro__[1:]
    names = {
        name
        for cls in line
        if is_ours(cls)
        for name, value in vars(cls).items()
        if inspect.isfunction(value)
    }
    found = {}
    for name in names:
        for cls in line:
            if not is_ours(cls) and name in vars(cls):
                found[name] = without_ours(registry_class, name)
                break
    return found


def without_ours(registry_class: type, name: str):
    """Return the method that would be called first without our addons."""
    for cls in registry_class.__mro__[1:]:
        if not is_ours(cls) and name in vars(cls):
            return vars(cls)[name]
    raise AttributeError(name)
