"""The steps of GQA's programs: an operation with an argument <-> an op with words.

Arguments are a small language of their own: `sky (2486325)` is a name and the objects that it stands for in the scene
graph (`-`: there are none), `cart,near,s (1039872)` a name (`_`: any), a relation, and whether the named thing is its
subject or its object, `red|blue` a choice, `not(red)` a negation, `?` or nothing no argument at all.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from attrs import Factory, define, field, frozen

RELATIONS = ("relate", "verify rel", "choose rel")
CAMEL, PLAIN = "sportActivity", "sport activity"  # GQA's one name with a capital: names of ops have none
MOST = 1 << 16  # arguments that are remembered
_ARGUMENT = re.compile(r"(.*?)\s*(?:\(((?:-|\d+)(?:,\d+)*)\)\s*)?", re.DOTALL)
_NOT = re.compile(r"not\((.*)\)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z]\w*(?: \w+)*", re.ASCII)

Objects: TypeAlias = tuple[str, ...] | None


@frozen
class Step:
    """A call: an op and its words."""

    op: str
    words: tuple[str, ...] = ()


@define
class Steps:
    """Reads steps, and remembers what it has read."""

    _known: dict[tuple[str, str], Step | str] = field(default=Factory(dict))

    def of(self, operation: str, argument: str) -> tuple[Step | str, Objects]:
        """The call that a step is, or why it is none; and the objects that it names."""
        found = _ARGUMENT.fullmatch(argument)
        text, ids = found.groups() if found else (argument, None)
        key = (operation, text)
        step = self._known.get(key)
        if step is None:
            if len(self._known) >= MOST:
                self._known.clear()
            step = self._known[key] = _step(operation, text)
        return step, None if ids is None else tuple(ids.split(","))


def _step(operation: str, text: str) -> Step | str:
    if operation == "query":
        operation, text = f"query {text}", ""
    if not _NAME.fullmatch(operation):
        return f"`{operation}` is no name of an operation"
    op = operation.replace(CAMEL, PLAIN).replace(" ", "_")
    if operation in RELATIONS:
        name, _, rest = text.partition(",")
        relation, comma, side = rest.rpartition(",")
        if not (comma and name and relation and side):
            return f"`{operation}` takes a name, a relation and a side (`cart,near,s`), not `{text}`"
        relations = relation.split("|") if operation == "choose rel" else [relation]
        return Step(op, (name, *relations, side))
    if text in {"", "?"}:
        return Step(op)
    if operation.startswith("choose"):
        return Step(op, tuple(text.split("|")))
    negated = _NOT.fullmatch(text)
    return Step(f"{op}_not", (negated.group(1),)) if negated else Step(op, (text,))


def written(step: Step, objects: Objects) -> tuple[str, str] | None:
    """The operation and the argument of a call; None where it would not read back as this call."""
    op, words = step.op, step.words
    operation = op.removesuffix("_not").replace("_", " ").replace(PLAIN, CAMEL)
    if op.endswith("_not"):
        text = f"not({words[0] if words else ''})"
    elif operation in RELATIONS:
        text = ",".join([*words[:1], "|".join(words[1:-1]), *words[-1:]])
    elif op.startswith("query_"):
        operation, text = "query", operation.removeprefix("query ")
    else:
        text = "|".join(words) or ("?" if op == "exist" else "")
    argument = text if objects is None else f"{text} ({','.join(objects)})"
    return (operation, argument) if Steps().of(operation, argument) == (step, objects) else None
