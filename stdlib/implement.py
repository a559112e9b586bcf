"""Interfaces -> modules: the implementation of each signature, by package, by `--impl`, or by default."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping

from torch import nn

from nmt.compiler.check import Interface
from nmt.compiler.diagnostics import CompileError, Diagnostic, error
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
    made = {name: _make(key[0], spec, impl, settings.get(spec.name, {})) for name, (key, spec) in wanted.items()}
    return Network(interface, bound, made)


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
    except TypeError as fault:
        raise CompileError(
            [Diagnostic("NMT602", f"`{spec.name}` cannot be made with these settings: {fault}")]
        ) from None


def _factory(package: str, name: str, impl: str | None) -> Factory | None:
    for module in (impl, f"nmt.stdlib.{package}"):
        if module is None:
            continue
        try:
            found = importlib.import_module(module)
        except ModuleNotFoundError as fault:
            if module == impl and fault.name is not None and module.startswith(fault.name):
                raise error(
                    "NMT602",
                    f"no Python module is called {module}",
                    help="`--impl` takes a module that Python can import",
                ) from None
            if fault.name != module:
                raise
            continue
        factory: Factory | None = getattr(found, "MODULES", {}).get(name)
        if factory is not None:
            return factory
    return None
