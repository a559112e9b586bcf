"""Interfaces -> modules: the implementation of each signature, by package, by `--impl`, or by default."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from torch import nn

from nmt.compiler.check import Interface
from nmt.compiler.diagnostics import error
from nmt.compiler.network import Network, Spec, specs
from nmt.ntypes import Dim

from .defaults import choose

Settings: TypeAlias = Mapping[str, Mapping[str, int | float]]  # of a module, by name: `--set measure.hidden=100`
Factory: TypeAlias = Callable[..., nn.Module]
Implementation: TypeAlias = str | Mapping[str, Factory] | None  # a Python module with MODULES, or such a mapping itself
MADE_BY = "MODULES maps names to classes, or to functions that make an nn.Module of a Spec"


def network(
    interface: Interface, sizes: Mapping[str, int], *, impl: Implementation = None, settings: Settings | None = None
) -> Network:
    """The network of an interface. `sizes` binds dims by name; raises CompileError where one has none.

    A package `NAME` is implemented by `nmt.stdlib.NAME`, or by `impl`: a Python module whose `MODULES` maps names to
    classes that are called with a `Spec` and settings, or such a mapping. What it leaves out is chosen by signature.
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
    no_strangers(impl, names, interface.package)
    made = {name: make_module(key[0], spec, impl, settings.get(spec.name, {})) for name, (key, spec) in wanted.items()}
    return Network(interface, bound, made)


def no_strangers(impl: Implementation, names: set[str], package: str) -> None:
    """Every implementation that was given has a signature: a misspelt one would be left out without a word."""
    title = f"`{impl}`" if isinstance(impl, str) else "MODULES"
    for name in implementations(impl):
        if name not in names:
            message = f"{title} implements `{name}`, which is no module of {package}"
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


def make_module(package: str, spec: Spec, impl: Implementation, settings: Mapping[str, int | float]) -> nn.Module:
    """The implementation of one module, untrained; raises CompileError where it cannot be made."""
    factory = find_factory(package, spec, impl, settings)
    try:
        made = factory(spec, **settings)
    except (ArithmeticError, AttributeError, RuntimeError, TypeError, ValueError) as fault:
        how = f" with the settings {dict(settings)}" if settings else ""
        raise error("NMT602", f"`{spec.name}` cannot be made{how}: {type(fault).__name__}: {fault}") from fault
    return a_module(spec.name, made)


def a_module(name: str, made: object) -> nn.Module:
    """What an implementation gave; raises CompileError where it is no `nn.Module`."""
    if not isinstance(made, nn.Module):
        raise error("NMT602", f"`{name}` in MODULES gives no nn.Module, but {type(made).__name__}", help=MADE_BY)
    return made


def find_factory(package: str, spec: Spec, impl: Implementation, settings: Mapping[str, int | float]) -> Factory:
    """What makes a module, to be called with its spec; raises CompileError for a setting that it does not take."""
    library = f"nmt.stdlib.{package}"
    factory = (
        implementations(impl).get(spec.name) or _modules(_import(library, given=False)).get(spec.name) or choose(spec)
    )
    known = list(inspect.signature(factory).parameters)[1:] if settings else []
    wrong = next((name for name in settings if name not in known), None)
    if wrong is not None:
        has = ", ".join(known) or "none"
        raise error("NMT602", f"`{spec.name}` has no setting `{wrong}`", help=f"it has {has}")
    return factory


def implementations(impl: Implementation) -> Mapping[str, Factory]:
    """The implementations that somebody gave; raises CompileError where one cannot make modules."""
    modules = _modules(_import(impl, given=True)) if isinstance(impl, str) else impl or {}
    title = f" of `{impl}`" if isinstance(impl, str) else ""
    for name, factory in modules.items():
        if isinstance(factory, nn.Module):
            raise error("NMT602", f"MODULES[{name!r}]{title} is a module that was made already", help=MADE_BY)
        if not callable(factory):
            raise error("NMT602", f"MODULES[{name!r}]{title} is no class", help=MADE_BY)
    return modules


def _modules(found: object) -> Mapping[str, Factory]:
    modules: Mapping[str, Factory] = getattr(found, "MODULES", {})
    return modules


def _import(module: str, *, given: bool) -> object:
    """Import implementations; None where the library has none. Raises CompileError where those asked for fail."""
    if given and str(Path.cwd()) not in sys.path:  # as `python -m` would have it: one's own modules lie here
        sys.path.insert(0, str(Path.cwd()))
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as fault:
        if not given and f"{module}.".startswith(f"{fault.name}."):  # it, or a package that it would stand in
            return None
        help_ = "`--impl` takes a module that Python can import from here"
        raise error("NMT602", f"`{module}` cannot be imported: {fault}", help=help_) from None
    except Exception as fault:
        # Whatever somebody's module does when it is imported, it is told where it was asked for.
        raise error("NMT602", f"`{module}` cannot be imported: {type(fault).__name__}: {fault}") from fault
    if given and not isinstance(getattr(found, "MODULES", None), Mapping):
        raise error("NMT602", f"`{module}` has no dict MODULES", help=MADE_BY)
    return found
