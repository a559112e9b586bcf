"""Interfaces -> modules: the implementation of each signature, by package, by `--impl`, or by default."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from torch import nn

from nmt.compiler.check import Interface
from nmt.compiler.diagnostics import error
from nmt.compiler.network import Network, Spec, specs
from nmt.ntypes import Dim

from .defaults import choose

Settings = Mapping[str, Mapping[str, int | float]]  # of a module, by name: `--set measure.hidden=100`
Factory = Callable[..., nn.Module]


def network(
    interface: Interface, sizes: Mapping[str, int], *, impl: str | None = None, settings: Settings | None = None
) -> Network:
    """The network of an interface. `sizes` binds dims by name; raises CompileError where one has none.

    A package `NAME` is implemented by `nmt.stdlib.NAME`, or by the module `impl`: its `MODULES` maps names to classes
    that are called with a `Spec` and settings. What it leaves out is chosen by signature.
    """
    bound = {dim: sizes[dim.name] for dim in _dims(interface) if dim.name in sizes and dim.size is None}
    settings = dict(settings or {})
    try:
        wanted = specs(interface, bound)
    except KeyError as fault:
        raise error(
            "NMT601", f"nothing says how large {fault.args[0]} is", help="sizes are bound by the data, or with `dims=`"
        ) from None
    names = {spec.name for _, spec in wanted.values()}
    unknown = sorted(set(settings) - names)
    if unknown:
        raise error("NMT602", f"no module is called `{unknown[0]}`", help=f"there are {', '.join(sorted(names))}")
    _no_strangers(impl, names, interface.package)
    made = {name: _make(key[0], spec, impl, settings.get(spec.name, {})) for name, (key, spec) in wanted.items()}
    return Network(interface, bound, made)


def _no_strangers(impl: str | None, names: set[str], package: str) -> None:
    """Every implementation that was given has a signature: a misspelt one would be left out without a word."""
    given = getattr(_import(impl, given=True), "MODULES", {}) if impl else {}
    for name in given:
        if name not in names:
            message = f"`{impl}` implements `{name}`, which is no module of {package}"
            raise error("NMT602", message, help=f"there are {', '.join(sorted(names))}")


def _dims(interface: Interface) -> set[Dim]:
    """Every dim that a source, a module or an op mentions."""
    found = set(interface.dims.values())
    for source in interface.sources.values():
        found.update(dim for size in source.type.shape for dim in size.dims())
    for module in interface.signatures.values():
        types = [module.signature.result, *(param.type for param in module.signature.params)]
        found.update(dim for type_ in types for size in type_.shape for dim in size.dims())
    return found


def _make(package: str, spec: Spec, impl: str | None, settings: Mapping[str, int | float]) -> nn.Module:
    factory = _factory(package, spec.name, impl) or choose(spec)
    known = list(inspect.signature(factory).parameters)[1:]
    wrong = next((name for name in settings if name not in known), None)
    if wrong is not None:
        has = ", ".join(known) or "none"
        raise error("NMT602", f"`{spec.name}` has no setting `{wrong}`", help=f"it has {has}")
    try:
        return factory(spec, **settings)
    except (ArithmeticError, AttributeError, RuntimeError, TypeError, ValueError) as fault:
        message = f"`{spec.name}` cannot be made with the settings {dict(settings)}: {type(fault).__name__}: {fault}"
        raise error("NMT602", message) from fault


def _factory(package: str, name: str, impl: str | None) -> Factory | None:
    for module in (impl, f"nmt.stdlib.{package}"):
        if module is None:
            continue
        found = _import(module, given=module == impl)
        factory: Factory | None = getattr(found, "MODULES", {}).get(name)
        if factory is not None:
            return factory
    return None


def _import(module: str, *, given: bool) -> object:
    """Import implementations; None where the library has none. Raises CompileError where those asked for fail."""
    if given and str(Path.cwd()) not in sys.path:  # as `python -m` would have it: one's own modules lie here
        sys.path.insert(0, str(Path.cwd()))
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as fault:
        if not given and fault.name == module:
            return None
        help_ = "`--impl` takes a module that Python can import from here"
        raise error("NMT602", f"`{module}` cannot be imported: {fault}", help=help_) from None
    except Exception as fault:
        # Whatever somebody's module does when it is imported, it is told where it was asked for.
        raise error("NMT602", f"`{module}` cannot be imported: {type(fault).__name__}: {fault}") from fault
    if given and not isinstance(getattr(found, "MODULES", None), Mapping):
        raise error("NMT602", f"`{module}` has no dict MODULES", help="MODULES maps names of modules to their classes")
    wrong = next((name for name, factory in found.MODULES.items() if not callable(factory)), None) if given else None
    if wrong is not None:
        raise error("NMT602", f"MODULES[{wrong!r}] of `{module}` is no class", help="it is called with a Spec")
    return found
