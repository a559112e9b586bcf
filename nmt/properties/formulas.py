"""What ops, laws and soft constraints are computed with: modules as they are called, and values for what is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

import torch
from attrs import Factory, define, evolve, frozen
from hypothesis import strategies as st
from torch import Tensor

from nmt.compiler import typed
from nmt.compiler.backends.reference import evaluate
from nmt.compiler.check import Interface
from nmt.compiler.conditions import lowered
from nmt.compiler.diagnostics import CompileError
from nmt.compiler.graph import CallModule, Graph, Read, Slot
from nmt.compiler.network import Network, implementation_name
from nmt.ntypes import Dim, FamilyParam, Param, Signature, Size, Type
from nmt.ntypes.strategies import Recipe, batches, recipes
from nmt.ntypes.strategies_sizes import dims_of

from .binding import leaves, worded
from .property import NotApplicable, Violation, said
from .subject import Bench

Tensors: TypeAlias = dict[str, Tensor]
PLACES = 3  # of a dim that stands for whatever a caller gives


@frozen
class Given:
    """Values for what a formula reads, a row for each sample: parameters, sources, words of families."""

    count: int
    recipes: Mapping[str, Recipe]

    def tensors(self, dtype: torch.dtype, device: torch.device) -> Tensors:
        """The values by name; words are int64 whatever `dtype` is. What float32 cannot hold is rounded first."""
        made = {name: recipe.tensor(torch.float32).to(device) for name, recipe in self.recipes.items()}
        return {name: value.to(dtype) if value.is_floating_point() else value for name, value in made.items()}

    def __str__(self) -> str:
        rows = f"{self.count} {'row' if self.count == 1 else 'rows'}"
        return "\n".join([rows, *(f"{name}: {_shown(name, recipe)}" for name, recipe in self.recipes.items())])


@define(eq=False)
class Ground:
    """The interface of a bench with words and sizes for all, and its modules: each is made when it is first called."""

    bench: Bench
    _networks: dict[torch.dtype, Network] = Factory(dict)

    @property
    def interface(self) -> Interface:
        """The interface, its vocabularies filled."""
        return self.bench.filled(self.bench.sizes)[0]

    @property
    def sizes(self) -> dict[Dim, int]:
        """The size of each dim that has none of its own."""
        return self.bench.filled(self.bench.sizes)[1]

    def network(self, dtype: torch.dtype, calls: tuple[str, ...]) -> Network:
        """A network with the modules that are called, in eval; they have the same parameters in each dtype.

        Raises Violation where one cannot be made, NotApplicable where one is asked for that no program reaches.
        """
        if dtype not in self._networks:
            self._networks[dtype] = Network(self.interface, self.sizes, {}).to(self.bench.device, dtype)
        network = self._networks[dtype]
        numbers = {name: number for number, name in enumerate(self.bench.specs(self.bench.sizes))}
        for name in calls:
            if name not in numbers:
                raise NotApplicable(f"no program calls `{name}`")
            if name not in network.implementations:
                module = self.bench.module(name, self.bench.sizes, self.bench.seed + numbers[name])
                network.implementations[name] = module.to(self.bench.device, dtype).eval()
        return network


@frozen(eq=False)
class Formula:
    """A body, or both sides of a condition, with all that it reads."""

    ground: Ground
    graphs: tuple[Graph, ...]
    params: tuple[Param, ...]
    words: tuple[FamilyParam, ...] = ()

    @classmethod
    def of_op(cls, ground: Ground, signature: Signature, body: typed.Expr) -> Formula:
        """The body of an op. Family parameters that are dims stand for a dim of three places."""
        dims = {param.of: Size.of(_stand_in(param)) for param in signature.family if param.kind != "word"}
        params = tuple(evolve(param, type=param.type.substitute(dims)) for param in signature.params)
        words = tuple(param for param in signature.family if param.kind == "word")
        return cls(ground, (lowered(ground.interface, body, params, words, dims),), params, words)

    @property
    def result(self) -> Type:
        """What is proved of it."""
        return self.graphs[0].nodes[self.graphs[0].output].type

    @property
    def calls(self) -> tuple[str, ...]:
        """The modules that it calls."""
        ops = (node.op for graph in self.graphs for node in graph.nodes)
        return tuple(dict.fromkeys(implementation_name(op) for op in ops if isinstance(op, CallModule)))

    @property
    def reads(self) -> dict[str, Type]:
        """The types of the parameters and sources that it reads; its words stand under `[w]`."""
        nodes = [node for graph in self.graphs for node in graph.nodes]
        made = {node.op.source: node.type for node in nodes if isinstance(node.op, Read)}
        params = [name for param in self.params for name in (param.name, f"{param.name}'")]
        known = dict.fromkeys([*params, *self.ground.interface.sources])  # and not what a module gives
        places = {word.place for node in nodes for word in node.words if isinstance(word, Slot)}
        words = {f"[{one.name}]": Type(words=one.of) for place, one in enumerate(self.words) if place in places}
        return {name: made[name] for name in known if name in made} | words

    def given(self, batch: int | None = None) -> st.SearchStrategy[Given]:
        """Values for all that it reads."""
        reads, sizes = self.reads, self.ground.sizes

        @st.composite
        def drawn(draw: st.DrawFn) -> Given:
            count = draw(batches(batch))
            made = {name: draw(recipes(type_, sizes, batch=count, extreme=False)) for name, type_ in reads.items()}
            return Given(count, made)

        return drawn()

    def sized(self, *types: Type) -> str:
        """What the dims of all that it reads, and of some types beside, are bound to, in words."""
        dims = (leaf for type_ in (*self.reads.values(), *types) for dim in dims_of(type_) for leaf in leaves(dim))
        return worded(dict.fromkeys(dim for dim in dims if dim in self.ground.bench.sizes), self.ground.sizes)

    @property
    def device(self) -> torch.device:
        """Where it is computed."""
        return self.ground.bench.device

    def network(self, dtype: torch.dtype) -> Network:
        """The modules that it calls."""
        return self.ground.network(dtype, self.calls)

    def __call__(self, network: Network, values: Mapping[str, Tensor], count: int) -> Tensor:
        """Its value for each row, (count, ...); raises Violation where a module fails."""

        def word(place: int, vocab: Dim) -> Tensor:
            param = self.words[place]
            return values[f"[{param.name}]"] + (vocab.offset(param.of) or 0)

        with computing():
            return evaluate(network, self.graphs[0], values.__getitem__, word, count)


def _shown(name: str, recipe: Recipe) -> str:
    """How values are made; of a family parameter, which words they are."""
    words = recipe.type.words
    if words is None or words.words is None or not name.startswith("["):
        return str(recipe)
    picked = [words.words[int(at)] for at in recipe.tensor()[:6]]
    return ", ".join([*picked, *(["..."] if len(recipe.rows) > 6 else [])])


@contextmanager
def computing() -> Iterator[None]:
    """Without gradients; a module that fails is told as a violation, under its own code."""
    try:
        with torch.no_grad():
            yield
    except CompileError as fault:
        raise Violation(said(fault), code=fault.diagnostics[0].code) from fault


def _stand_in(param: FamilyParam) -> Dim:
    words = tuple(f"{param.name.lower()}{number}" for number in range(PLACES)) if param.kind == "vocab" else None
    return Dim(param.name, "any", PLACES, words, vocabulary=words is not None)
