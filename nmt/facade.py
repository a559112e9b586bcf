"""What people use from Python: interfaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from nmt.compiler.check import Interface as Checked
from nmt.compiler.compiled import Compiled, OnError, compile_programs
from nmt.compiler.programs import Checker
from nmt.compiler.vocabularies import bind, bind_to

from .loading import load_checked, model_of

if TYPE_CHECKING:
    from nmt.stdlib.implement import Implementation

    from .model import Model


def load(name: str | Path, use: Mapping[str, str] | None = None) -> Interface:
    """Load an interface: a path, or a name of the standard library such as `clevr`.

    `use` swaps packages, as in `{"std.typed": "std.classic"}`. Raises CompileError with every finding.
    """
    return Interface(load_checked(str(name), use))


@frozen(repr=False)
class Interface:
    """A checked interface."""

    checked: Checked

    def __repr__(self) -> str:
        counts = f"{len(self.checked.modules)} modules, {len(self.checked.ops)} ops"
        return f"<Interface {self.checked.package} @ {self.checked.version}: {counts}>"

    @property
    def hash(self) -> str:
        """A digest of the interface's text."""
        return self.checked.hash

    def compile(
        self,
        path: str | Path,
        model: str | None = None,
        *,
        format: str | None = None,  # noqa: A002 -- as the command says
        policy: str = "cvpr",
        profile: str | None = None,
        compat: bool = False,
        on_error: OnError = "collect",
    ) -> Compiled:
        """Check every program of a file; what is rejected stands in `rejected`, with reasons.

        The file may be of any format that `nmt compile --help` lists, plain or compressed, or a folder of such. Raises
        CompileError where it cannot be read, and with `on_error="raise"` for the first program that is rejected.
        """
        from nmt.compiler.frontends.format import Options  # noqa: PLC0415 -- msgspec is for readers alone
        from nmt.compiler.frontends.formats import read_programs  # noqa: PLC0415

        records = read_programs(path, format, Options(policy, profile, compat), self.checked)
        return compile_programs(records, Checker(self.checked, model_of(self.checked, model)), on_error=on_error)

    def bind(self, words: str | Path | Mapping[str, Sequence[str]]) -> Interface:
        """The interface with words for its vocabularies `from data`: given by name, or counted in a file of programs.

        Raises CompileError where the interface does not hold with these words.
        """
        if isinstance(words, Mapping):
            return Interface(bind(self.checked, words))
        return Interface(bind_to(self.checked, self.compile(words).accepted))

    def network(
        self,
        dims: Mapping[str, int],
        *,
        model: str | None = None,
        impl: Implementation = None,
        settings: Mapping[str, Mapping[str, int | float]] | None = None,
        contracts: str = "off",
    ) -> Model:
        """The network, untrained. `dims` binds the sizes that the interface leaves to the data.

        `impl` is a Python module with MODULES, or such a dict: `{"find": Find}`. `contracts` holds values to their
        types while it runs: `off`, `boundary` (those of sources and modules), `all`. Raises CompileError where a size
        is missing or a setting is unknown.
        """
        from .model import Model  # noqa: PLC0415 -- torch

        return Model.make(self.checked, dims, model_of(self.checked, model), impl, settings, contracts)
