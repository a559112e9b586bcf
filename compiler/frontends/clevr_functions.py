"""The functions of CLEVR: how many inputs and words each takes. Interfaces may have others; strings cannot do without.

In clevr-iep's strings nothing but the name of a function says where its inputs end.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

ATTRIBUTES = ("color", "shape", "size", "material")


@frozen
class Function:
    """How a function is called; `template` where only the generator's templates do, never a question."""

    inputs: int
    words: int = 0
    template: bool = False


def _functions() -> Mapping[str, Function]:
    found = {"scene": Function(0), "relate": Function(1, 1), "equal_object": Function(2, template=True)}
    found |= {name: Function(1) for name in ("unique", "count", "exist")}
    two = ("union", "intersect", "equal_integer", "less_than", "greater_than")
    found |= {name: Function(2) for name in two}
    for one in ATTRIBUTES:
        found |= {f"filter_{one}": Function(1, 1), f"query_{one}": Function(1)}
        found |= {f"same_{one}": Function(1), f"equal_{one}": Function(2)}
    for end in ("", "_unique", "_count", "_exist"):
        found[f"filter{end}"] = Function(1, 4, template=True)
        found[f"relate_filter{end}"] = Function(1, 5, template=True)
    return found


FUNCTIONS = _functions()
