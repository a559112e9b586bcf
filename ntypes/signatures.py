"""Signatures: what modules and ops take and give."""

from __future__ import annotations

from attrs import field, frozen

from .dims import Dim
from .types import Type


@frozen
class FamilyParam:
    """`w: WORD` (kind `word`, `of` is the vocabulary), `V: vocab` (kind `vocab`) or `V` (kind `dim`).

    For the last two, `of` is the rigid dim that stands for whatever the caller gives.
    """

    kind: str
    name: str
    of: Dim


@frozen
class Param:
    """A parameter; modules may leave its name out, and then it has that of its place: `#0`."""

    name: str
    type: Type

    def __str__(self) -> str:
        return str(self.type) if self.name.startswith("#") else f"{self.name}: {self.type}"


@frozen
class Signature:
    """What a module or an op takes and gives; its result may have a name, which makes no difference to callers."""

    name: str
    package: str = field(eq=False)
    family: tuple[FamilyParam, ...]
    params: tuple[Param, ...]
    result: Type
    result_name: str = field(default="", eq=False)

    @property
    def words(self) -> Dim | None:
        """The vocabulary of its instances, where it has any."""
        return next((param.of for param in self.family if param.kind == "word"), None)

    def __str__(self) -> str:
        def shown(param: FamilyParam) -> str:
            if param.kind == "word":
                return f"{param.name}: {param.of}"
            return f"{param.name}: vocab" if param.kind == "vocab" else param.name

        family = f"[{', '.join(map(shown, self.family))}]" if self.family else ""
        result = f"{self.result_name}: {self.result}" if self.result_name else str(self.result)
        return f"{self.name}{family}({', '.join(map(str, self.params))}) -> {result}"
