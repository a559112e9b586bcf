"""n2nmn's modules: how many inputs each takes, and how layouts and token lists spell them."""

from __future__ import annotations

import re

# The names of `.sp` files and, in another case, those of the token lists of all three of its data sets.
MODULES = {
    "scene": 0,
    "find": 0,
    "filter": 1,
    "find_same_property": 1,
    "transform": 1,
    "relate": 1,
    "and": 2,
    "or": 2,
    "count": 1,
    "exist": 1,
    "equal_num": 2,
    "more_num": 2,
    "less_num": 2,
    "same_property": 2,
    "describe": 1,
    "is": 1,
    "answer": 1,
}
PADDING = "<eos>"


def name_of(token: str) -> str:
    """The module that a token names: `_FindSameProperty` and `find_same_property` are one."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", token.removeprefix("_")).lower()


def token_of(name: str) -> str:
    """How token lists spell a module: `_FindSameProperty`."""
    return "_" + "".join(part.capitalize() for part in name.split("_"))
