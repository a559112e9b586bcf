"""The symbolic executor: the answer of a CLEVR program on a scene graph.

A scene of n things is turned once into a `World`, where a set of things is the bits of one integer. Each function of
the released data is one row of `FUNCTIONS`, which also says what it takes and gives, so that an ill-typed program is
refused instead of being answered by chance.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from .things import ATTRIBUTES, RELATIONS

Value = int | bool | str
"""What a node holds: a set of things (bits), the number of a thing, an integer, a truth value or a word."""


class IllPosedError(ValueError):
    """A program that has no answer on this scene; the message names the node and the reason."""


@frozen
class World:
    """A scene as bit sets: bit i stands for thing i."""

    size: int
    words: tuple[Mapping[str, str], ...]  # for each thing, its value of each attribute
    having: Mapping[str, Mapping[str, int]]  # attribute -> value -> the things that have it
    related: Mapping[str, tuple[int, ...]]  # relation -> for each thing, the things that stand so to it

    @property
    def everything(self) -> int:
        """The set of all things."""
        return (1 << self.size) - 1

    @classmethod
    def from_json(cls, scene: Mapping[str, Any]) -> "World":
        """Read an entry of a scenes file. KeyError where attributes or relationships are missing."""
        words = tuple({a: thing[a] for a in ATTRIBUTES} for thing in scene["objects"])
        having: dict[str, dict[str, int]] = {a: dict.fromkeys(values, 0) for a, values in ATTRIBUTES.items()}
        for i, of_thing in enumerate(words):
            for attribute, value in of_thing.items():
                having[attribute][value] = having[attribute].get(value, 0) | 1 << i
        related = {r: tuple(sum(1 << i for i in set(there)) for there in scene["relationships"][r]) for r in RELATIONS}
        return cls(len(words), words, having, related)


@frozen
class Function:
    """One row of the table: types of the inputs and the output, the kind of word it is given, and what it does."""

    inputs: tuple[str, ...]
    output: str
    word: str | None
    apply: Callable[..., Value]  # (world, *inputs), and the word last where there is one


def _unique(_: World, things: int) -> int:
    if things.bit_count() != 1:
        raise IllPosedError(f"unique needs exactly one thing, and there are {things.bit_count()}")
    return things.bit_length() - 1


def _table() -> dict[str, Function]:
    rows = {
        "scene": Function((), "Set", None, lambda w: w.everything),
        "unique": Function(("Set",), "Object", None, _unique),
        "relate": Function(("Object",), "Set", "relation", lambda w, i, r: w.related[r][i]),
        "union": Function(("Set", "Set"), "Set", None, lambda _, a, b: a | b),
        "intersect": Function(("Set", "Set"), "Set", None, lambda _, a, b: a & b),
        "count": Function(("Set",), "Integer", None, lambda _, a: a.bit_count()),
        "exist": Function(("Set",), "Bool", None, lambda _, a: a != 0),
        "equal_integer": Function(("Integer", "Integer"), "Bool", None, lambda _, a, b: a == b),
        "less_than": Function(("Integer", "Integer"), "Bool", None, lambda _, a, b: a < b),
        "greater_than": Function(("Integer", "Integer"), "Bool", None, lambda _, a, b: a > b),
    }
    for name in ATTRIBUTES:

        def having(w: World, things: int, value: str, *, a: str = name) -> int:
            return things & w.having[a][value]

        def same(w: World, i: int, *, a: str = name) -> int:
            return w.having[a][w.words[i][a]] & ~(1 << i)

        def query(w: World, i: int, *, a: str = name) -> str:
            return w.words[i][a]

        def equal(_: World, x: str, y: str) -> bool:
            return x == y

        rows[f"filter_{name}"] = Function(("Set",), "Set", name, having)
        rows[f"same_{name}"] = Function(("Object",), "Set", None, same)
        rows[f"query_{name}"] = Function(("Object",), name, None, query)
        rows[f"equal_{name}"] = Function((name, name), "Bool", None, equal)
    return rows


FUNCTIONS: Final[Mapping[str, Function]] = _table()

_WORDS: Final[Mapping[str, frozenset[str]]] = {
    **{attribute: frozenset(values) for attribute, values in ATTRIBUTES.items()},
    "relation": frozenset(RELATIONS),
}


def run(program: Sequence[Mapping[str, Any]], world: World) -> list[Value]:
    """Compute the value of each node.

    Args:
        program: nodes `{"function", "inputs", "value_inputs"}`; the generator's own spelling `type` is read as well.
        world: the scene.

    Raises:
        IllPosedError: an unknown function or word, an input that is not an earlier node or has another type, or
            `unique` on a set that does not hold exactly one thing.
    """
    values: list[Value] = []
    types: list[str] = []
    for at, node in enumerate(program):
        name = node["function"] if "function" in node else node.get("type")
        function = FUNCTIONS.get(name) if isinstance(name, str) else None
        if function is None:
            raise IllPosedError(f"node {at}: there is no function {name!r}")
        inputs, words = node["inputs"], node.get("value_inputs", ())
        for i in inputs:
            if not 0 <= i < at:
                raise IllPosedError(f"node {at} ({name}): input {i} is not an earlier node")
        given = tuple(types[i] for i in inputs)
        if given != function.inputs:
            raise IllPosedError(f"node {at} ({name}): takes {_listed(function.inputs)}, is given {_listed(given)}")
        if len(words) != (function.word is not None) or (function.word and words[0] not in _WORDS[function.word]):
            raise IllPosedError(f"node {at} ({name}): takes {function.word or 'no word'}, is given {_listed(words)}")
        try:
            values.append(function.apply(world, *(values[i] for i in inputs), *words))
        except IllPosedError as why:
            raise IllPosedError(f"node {at}: {why}") from None
        types.append(function.output)
    if not types or types[-1] in {"Set", "Object"}:
        raise IllPosedError(f"the last node gives {types[-1] if types else 'nothing'}, which is no answer")
    return values


def execute(program: Sequence[Mapping[str, Any]], scene: World | Mapping[str, Any]) -> str:
    """Answer a program on a scene as the released files spell it: `yes`, `no`, a number or a word.

    Raises:
        IllPosedError: see `run`.
    """
    world = scene if isinstance(scene, World) else World.from_json(scene)
    return spell(run(program, world)[-1])


def spell(value: Value) -> str:
    """Write a value as an answer of the released files."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def depth(program: Sequence[Mapping[str, Any]]) -> int:
    """The longest path from a `scene` (0) to the last node, in edges."""
    depths: list[int] = []
    for node in program:
        depths.append(1 + max((depths[i] for i in node["inputs"]), default=-1))
    return depths[-1]


def _listed(names: Sequence[object]) -> str:
    return ", ".join(map(str, names)) or "nothing"
