"""The module under test: built for sizes, its parameters unsettled, and called as a network calls it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, ClassVar

import torch
from attrs import Factory, define, evolve, field, frozen
from hypothesis import strategies as st
from torch import Tensor, nn

from nmt.compiler.backends.primitives import Value
from nmt.compiler.check import Interface
from nmt.compiler.diagnostics import CompileError
from nmt.compiler.graph import CallModule
from nmt.compiler.network import Network, Spec, implementation_name, reachable, specs
from nmt.compiler.typed import Key
from nmt.ntypes import Dim, Signature, Size
from nmt.ntypes.strategies import Arguments, Recipe, Row, from_signature
from nmt.stdlib.implement import (
    Implementation,
    Settings,
    a_module,
    find_factory,
    implementations,
    make_module,
    no_strangers,
)

from .binding import free_dims, usual_sizes, worded
from .property import Violation, said
from .words import filled


@frozen
class Result:
    """What a call gave, (N, ...): `raw` is what the module returned, `value` what is in its type."""

    value: Tensor
    raw: Tensor


@define(eq=False, slots=False)
class Bench:
    """Everything that the modules of an interface are built from. `given` binds dims by name."""

    interface: Interface
    impl: Implementation = None
    settings: Settings = field(factory=dict)
    given: Mapping[str, int] = field(factory=dict)
    seed: int = 0
    device: torch.device = field(factory=lambda: torch.device("cpu"))
    _filled: dict[tuple[tuple[Dim, int], ...], tuple[Interface, dict[Dim, int]]] = Factory(dict)
    _specs: dict[tuple[tuple[Dim, int], ...], dict[str, tuple[Key, Spec]]] = Factory(dict)

    @cached_property
    def sizes(self) -> Mapping[Dim, int]:
        """A size for every dim and vocabulary that waits for data."""
        return usual_sizes(self.interface, self.given)

    def subjects(self) -> list[Subject]:
        """A subject for each module that programs can reach."""
        return [Subject(self, call, self.sizes) for call in reachable(self.interface)]

    def accept(self) -> None:
        """Raise CompileError where implementations or settings that were given do not suit the interface.

        They cannot be imported, are for no module, or are none. One that fails when it is made fails in `shape`.
        """
        no_strangers(self.impl, {one.call.key[1] for one in self.subjects()}, self.interface.package)
        ours = implementations(self.impl).keys() | self.settings.keys()
        with torch.random.fork_rng():
            for (package, name), spec in self.specs(self.sizes).values():
                if name not in ours:
                    continue
                settings = self.settings.get(name, {})
                factory = find_factory(package, spec, self.impl, settings)
                try:
                    made = factory(spec, **settings)
                except Exception:  # noqa: BLE001, S112 -- whatever it raises, `shape` tells it with its sizes
                    continue
                a_module(name, made)

    def filled(self, sizes: Mapping[Dim, int]) -> tuple[Interface, dict[Dim, int]]:
        """The interface with words in its vocabularies, and the sizes that it then has."""
        key = tuple((dim, size) for dim, size in sizes.items() if dim.vocabulary)
        if key not in self._filled:
            self._filled[key] = filled(self.interface, dict(key))
        interface, counts = self._filled[key]
        return interface, {**sizes, **counts}

    def specs(self, sizes: Mapping[Dim, int]) -> dict[str, tuple[Key, Spec]]:
        """What each implementation must fit, and whose it is."""
        key = tuple(sizes.items())
        if key not in self._specs:
            self._specs[key] = specs(*self.filled(sizes))
        return self._specs[key]

    def module(self, name: str, sizes: Mapping[Dim, int], seed: int) -> nn.Module:
        """An implementation, its parameters unsettled by `seed`. Raises Violation where it cannot be made."""
        key, spec = self.specs(sizes)[name]
        torch.manual_seed(seed)
        try:
            module = make_module(key[0], spec, self.impl, self.settings.get(spec.name, {}))
            unsettle(module, seed)
        except CompileError as fault:
            raise Violation(said(fault)) from fault
        except Exception as fault:
            raise Violation(f"it cannot be made: {type(fault).__name__}: {fault}") from fault
        return module


@define(eq=False, slots=False)
class Subject:
    """A module of an interface."""

    kind: ClassVar = "module"
    calls: ClassVar[tuple[str, ...]] = ()
    bench: Bench
    call: CallModule
    sizes: Mapping[Dim, int]

    @property
    def name(self) -> str:
        """`find`; for a module a vocabulary, `describe__COLOR`."""
        return implementation_name(self.call)

    @property
    def free(self) -> list[Dim]:
        """The dims whose sizes are ours to choose."""
        return [dim for dim in free_dims(self.bench.interface, [self.call]) if dim.name not in self.bench.given]

    def sized(self, sizes: Mapping[Dim, int] | None = None) -> str:
        """What the dims of this module are bound to, in words: `C=6, H=5, W=7`."""
        _, there = self.bench.filled(self.sizes if sizes is None else sizes)
        return worded(free_dims(self.bench.interface, [self.call]), there)

    def build(
        self, *, sizes: Mapping[Dim, int] | None = None, dtype: torch.dtype = torch.float32, seed: int | None = None
    ) -> Built:
        """The module in eval, its parameters unsettled by `seed`. Raises Violation where it cannot be made."""
        asked = self.sizes if sizes is None else sizes
        interface, there = self.bench.filled(asked)
        module = self.bench.module(self.name, asked, self.bench.seed if seed is None else seed)
        try:
            network = Network(interface, there, {self.name: module}).to(self.bench.device, dtype).eval()
        except Exception as fault:
            raise Violation(f"it cannot be made: {type(fault).__name__}: {fault}") from fault
        call = next(one for one in reachable(interface) if one == self.call)  # its dims have their words
        _, spec = self.bench.specs(asked)[self.name]
        signature = _given(interface.signatures[call.key].signature, spec, dict(call.dims))
        again = partial(self.build, sizes=sizes, dtype=dtype, seed=seed)
        return Built(network, call, signature, there, dtype, self.bench.device, again)

    @cached_property
    def precise(self) -> torch.dtype:
        """float64 where the module can do it, else float32."""
        try:
            built = self.build(dtype=torch.float64)
            raw = built.run(built.ordinary(2, 0)).raw
        except Violation:
            return torch.float32
        return torch.float64 if raw.dtype == torch.float64 else torch.float32


@frozen(eq=False)
class Built:
    """A module that can be called. `signature` is what this call of it takes and gives, its family's dims replaced.

    `again` builds it anew, from the same seed.
    """

    network: Network
    call: CallModule
    signature: Signature
    sizes: Mapping[Dim, int]
    dtype: torch.dtype
    device: torch.device
    again: Callable[[], Built]

    @property
    def module(self) -> nn.Module:
        """The implementation itself."""
        return self.network.implementations[implementation_name(self.call)]

    @property
    def words(self) -> int:
        """How many instances it has, 0 without a family of words."""
        vocab = self.signature.words
        return 0 if vocab is None else Size.of(vocab).evaluate(self.sizes)

    def fresh(self) -> Built:
        """A module that shares no state with this one: a copy, or where it cannot be copied one made anew."""
        try:
            module = copy.deepcopy(self.module)
        except Exception:  # noqa: BLE001 -- whatever somebody's module holds that cannot be copied
            return self.again()
        network = Network(self.network.interface, self.sizes, {implementation_name(self.call): module})
        return evolve(self, network=network.eval())

    def arguments(self, batch: int | None = None, *, extreme: bool = False) -> st.SearchStrategy[Arguments]:
        """Arguments of all kinds; `extreme` ones hold huge numbers and sentences without words too."""
        return from_signature(self.signature, self.sizes, batch=batch, extreme=extreme)

    def ordinary(self, count: int, seed: int) -> Arguments:
        """Arguments inside their types, off all edges; instances in turn."""
        inputs = tuple(
            Recipe(param.type, self.sizes, tuple(Row("random", seed + 97 * place + at) for at in range(count)))
            for place, param in enumerate(self.signature.params)
        )
        words = tuple((seed + at) % self.words for at in range(count)) if self.words else None
        return Arguments(self.signature, words, inputs, count)

    def run(self, arguments: Arguments) -> Result:
        """Call the module without gradients; raises Violation where it fails."""
        with torch.no_grad():
            return self.apply(arguments.instances, arguments.tensors(self.dtype), len(arguments))

    def apply(self, instances: Tensor | None, inputs: Sequence[Value], count: int) -> Result:
        """Call the module for `count` rows of tensors as they are; raises Violation where it fails."""
        words = torch.zeros(count, dtype=torch.int64) if instances is None else instances
        kept: list[Any] = []
        handle = self.module.register_forward_hook(lambda _module, _inputs, out: kept.append(out))
        try:
            given = [value.to(self.device) if isinstance(value, Tensor) else value for value in inputs]
            value = self.network.call(self.call, words.to(self.device), given)
        except CompileError as fault:
            raise Violation(said(fault)) from fault
        finally:
            handle.remove()
        return Result(value, kept[0])


def unsettle(module: nn.Module, seed: int) -> None:
    """Move every parameter a little, so that nothing hides behind zeros: a last layer that begins at 0 gives nothing.

    Numbers keep their sign, since some parameters must stay above 0.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            if not parameter.is_floating_point():
                continue
            noise = torch.randn(parameter.shape, generator=generator).clamp(-3, 3).to(parameter)
            parameter.add_(torch.where(parameter == 0, 0.1 * noise, 0.1 * noise * parameter))


def _given(signature: Signature, spec: Spec, dims: Mapping[Dim, Dim]) -> Signature:
    params = tuple(evolve(param, type=type_) for param, type_ in zip(signature.params, spec.types, strict=True))
    family = tuple(param for param in signature.family if param.of not in dims)
    return evolve(signature, family=family, params=params, result=spec.result)
