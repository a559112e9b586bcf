"""Property tests of one's own modules, from pytest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import torch

from nmt.compiler.check import Interface as Checked
from nmt.facade import Interface
from nmt.loading import load_checked
from nmt.stdlib.implement import Implementation, Settings

from .property import Outcome, Property, Violation
from .report import Command, failure
from .search import Search
from .subject import Bench
from .suite import PROPERTIES, check


def check_module(
    interface: str | Path | Interface | Checked,
    module: str,
    *,
    impl: Implementation = None,
    settings: Settings | None = None,
    dims: Mapping[str, int] | None = None,
    properties: Iterable[str | Property] = PROPERTIES,
    examples: int = 20,
    seed: int = 0,
    device: str = "cpu",
) -> list[Outcome]:
    """Try properties of one module of an interface, all by default; raises `Violation` with all that do not hold.

    `impl` is a Python module with MODULES, or such a dict itself, as in `{"find": Find}`; left out, it is what the
    interface would be trained with. `dims` binds sizes, others are small. Properties of one's own are `Property`
    objects. Raises LookupError for a name that is unknown, CompileError for an interface at fault.
    """
    match interface:
        case Interface():
            checked, name = interface.checked, interface.checked.package
        case Checked():
            checked, name = interface, interface.package
        case _:
            checked, name = load_checked(str(interface)), str(interface)
    bench = Bench(checked, impl, settings or {}, dims or {}, seed, torch.device(device))
    names = {one.name for one in bench.subjects()} | {one.call.key[1] for one in bench.subjects()}
    if module not in names:
        raise LookupError(f"{name} has no module `{module}`; it has {', '.join(sorted(names))}")
    bench.accept()
    outcomes = check(bench, Search(examples, seed), modules=[module], properties=[_property(one) for one in properties])
    command = Command(name, ("--impl", impl) if isinstance(impl, str) else (), seed)
    failed = [failure(outcome, command.line(outcome)) for outcome in outcomes if outcome.status == "failed"]
    if failed:
        raise Violation("\n".join(failed))
    return outcomes


def _property(one: str | Property) -> Property:
    if isinstance(one, Property):
        return one
    found = next((known for known in PROPERTIES if known.name == one), None)
    if found is None:
        raise LookupError(f"there is no property `{one}`; there are {', '.join(known.name for known in PROPERTIES)}")
    return found
