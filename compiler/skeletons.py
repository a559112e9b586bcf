"""A skeleton -> a typed graph of op calls, ready for the passes, or why it does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from attrs import Factory, define, evolve, field, frozen

from nmt.ntypes import Dim, Fit, Misfit, Signature, Size, Type, fit
from nmt.ntypes.domains import Simplex

from .check import Interface, ModelSymbol, ModuleSymbol, OpSymbol, TargetSymbol
from .check.expressions import infer_dims, unbound
from .check.hints import did_you_mean
from .frontends.clevr_functions import FUNCTIONS
from .graph import CallModule, CallOp, Graph, Node, Operation, Slot, Spread, Widen
from .inline import Inliner
from .terms import Skeleton

MOST_NODES = 200_000  # that are shared by graphs: more there are only where every program is another


@frozen
class Fault:
    """Why a program is rejected: at which of its nodes (None: as a whole), and what to do."""

    code: str
    message: str
    node: int | None = None
    help: str = ""


@frozen(eq=False)
class Typed:
    """A skeleton that fits: its graph, and the type before it widens to the layout."""

    graph: Graph
    type: Type


@frozen(eq=False)
class _Form:
    """What a call of an op on inputs of certain types comes to."""

    op: Operation
    fits: tuple[tuple[Type, Fit] | None, ...]
    plain: bool  # every input fits as it is
    vocabs: tuple[Dim, ...]
    type: Type
    types: tuple[Type, ...]  # of the inputs: kept alive, since forms are found by their identity


@define(eq=False)
class Typing:
    """Types skeletons against one layout and model of an interface."""

    interface: Interface
    model: ModelSymbol | None = None
    _forms: dict[tuple[object, ...], _Form] = field(default=Factory(dict))
    _nodes: dict[tuple[object, ...], Node] = field(default=Factory(dict))
    _fits: dict[tuple[int, int], tuple[Type, Type, Fit | Misfit]] = field(default=Factory(dict))

    def typed(self, skeleton: Skeleton) -> Typed | Fault:
        """What a skeleton comes to; a fault names the first node that is wrong."""
        nodes: list[Node] = []
        place: list[int] = []  # where the graph holds each call of the program
        slots = 0
        if not skeleton.ops:
            return Fault("NMT412", "the program is empty")
        for call, (op, inputs, count) in enumerate(zip(skeleton.ops, skeleton.inputs, skeleton.counts, strict=True)):
            for node in inputs:
                if not 0 <= node < call:
                    return _order(call, node)
            made = self._call(nodes, call, op, tuple([place[node] for node in inputs]), count, slots)
            if isinstance(made, Fault):
                return made
            place.append(made)
            slots += count
        dead = _dead(skeleton)
        if dead is not None:
            return Fault("NMT435", "nothing reads it: the program has two results", dead)
        return self._whole(nodes, place[-1], len(skeleton.ops) - 1)

    def _call(
        self, nodes: list[Node], call: int, op: str, args: tuple[int, ...], count: int, slots: int
    ) -> int | Fault:
        """Add the node of a call; what it comes to depends on the types of its inputs alone and is remembered."""
        key = (op, count, *[id(nodes[arg].type) for arg in args])
        form = self._forms.get(key)
        if form is None:
            made = self._form(op, count, tuple(nodes[arg].type for arg in args))
            if isinstance(made, Fault):
                return evolve(made, node=call)
            form = self._forms[key] = made
        if not form.plain:
            args = tuple(
                converted(nodes, arg, *how, call) if how else arg for arg, how in zip(args, form.fits, strict=True)
            )
        same = (id(form), args, slots, call)
        node = self._nodes.get(same)
        if node is None:
            words = tuple(Slot(slots + number, vocab) for number, vocab in enumerate(form.vocabs))
            node = Node(form.op, args, words, form.type, call)
            if len(self._nodes) < MOST_NODES:
                self._nodes[same] = node
        nodes.append(node)
        return len(nodes) - 1

    def _form(self, op: str, count: int, types: tuple[Type, ...]) -> _Form | Fault:
        symbol = self.interface.ops.get(op) or self.interface.modules.get(op)
        if symbol is None:
            return self._missing(op)
        signature = symbol.signature
        if len(types) != len(signature.params):
            return Fault("NMT405", f"`{op}` takes {_count(len(signature.params), 'input')}, not {len(types)}")
        vocabs = tuple(param.of for param in signature.family if param.kind == "word")
        if count != len(vocabs):
            return Fault("NMT411", f"`{op}` takes {_count(len(vocabs), 'word')}, not {count}")
        bound: dict[Dim, Size] = {}
        for param, actual in zip(signature.params, types, strict=True):
            infer_dims(param.type, actual, bound)
        loose = unbound(signature, bound)
        if loose:
            return Fault("NMT408", loose.reason)
        fits: list[tuple[Type, Fit] | None] = []
        for number, (param, actual) in enumerate(zip(signature.params, types, strict=True)):
            formal = param.type.substitute(bound)
            outcome = fit(formal, actual)
            if isinstance(outcome, Fit) and outcome.how == "widen" and formal != param.type:
                outcome = Misfit("NMT301", f"{actual} widens only where a size is written, never to infer one")
            if isinstance(outcome, Misfit):
                what = f"input {number}" if param.name.startswith("#") else f"`{param.name}`"
                return Fault("NMT408", f"{what} of `{op}` is {formal}, but {outcome.reason}")
            fits.append(None if outcome.how == "as it is" else (formal, outcome))
        result = signature.result.substitute(bound)
        return _Form(_operation(symbol, signature, bound), tuple(fits), not any(fits), vocabs, result, types)

    def _missing(self, op: str) -> Fault:
        if op in self.interface.sources:
            help_ = "a program calls ops and modules: let an op read the source"
            return Fault("NMT404", f"`{op}` is a source, not an op or a module", None, help_)
        if op in FUNCTIONS and FUNCTIONS[op].template and "filter_color" in self.interface.ops:
            help_ = f"`{op}` stands only in the templates of CLEVR's generator, never in questions"
            return Fault("NMT404", f"no op or module of {self.interface.package} is called `{op}`", None, help_)
        names = [*self.interface.ops, *self.interface.modules]
        message = f"no op or module of {self.interface.package} is called `{op}`"
        there = f"there {'is' if len(names) == 1 else 'are'} {listed(names) or 'none'}"
        return Fault("NMT404", message, None, did_you_mean(op, names) or there)

    def _whole(self, nodes: list[Node], root: int, last: int) -> Typed | Fault:
        """The result against the layout, and the model around it."""
        type_ = nodes[root].type
        if self.interface.layouts:
            layout = self.interface.layout
            outcome = self._fit(layout.type, type_)
            if isinstance(outcome, Misfit):
                message = (
                    f"the program gives {type_}, but the layout `{layout.name}` is {layout.type}: {outcome.reason}"
                )
                return Fault("NMT409", message, last)
            root = converted(nodes, root, layout.type, outcome, last)
        if self.model is not None and self.model.body is not None:
            root = Inliner(nodes, hole=root, call=last).expression(self.model.body)
            wanted = target_type(self.interface)
            if wanted is not None:
                outcome = self._fit(wanted, nodes[root].type)
                if isinstance(outcome, Fit):
                    root = converted(nodes, root, wanted, outcome, last)
        return Typed(Graph(tuple(nodes), root), type_)

    def _fit(self, formal: Type, actual: Type) -> Fit | Misfit:
        """Whether a type fits; remembered with both, which keeps their identities."""
        known = self._fits.get((id(formal), id(actual)))
        if known is None:
            known = self._fits[id(formal), id(actual)] = (formal, actual, fit(formal, actual))
        return known[2]


def answer_target(interface: Interface) -> TargetSymbol | None:
    """The target that answers of records are held to: `answer` or `answers`, else the only one over words."""
    targets = [target for target in interface.targets.values() if target.traces is None]
    worded = [target for target in targets if target.vocab is not None]
    named = [target for target in targets if target.name in {"answer", "answers"}]
    return named[0] if named else worded[0] if len(worded) == 1 else None


def target_type(interface: Interface) -> Type | None:
    """The type of what answers are compared with, or the first target where none is of answers."""
    first = next((target for target in interface.targets.values() if target.traces is None), None)
    target = answer_target(interface) or first
    return None if target is None else target.predicted


def _dead(skeleton: Skeleton) -> int | None:
    """The first call before the last that has inputs, and that nothing reads; one without inputs costs nothing."""
    read = set(chain.from_iterable(skeleton.inputs))
    last = len(skeleton.ops) - 1
    return next((at for at, inputs in enumerate(skeleton.inputs) if inputs and at not in read and at < last), None)


def _operation(symbol: OpSymbol | ModuleSymbol, signature: Signature, bound: dict[Dim, Size]) -> Operation:
    dims = tuple((dim, size.dim) for dim, size in bound.items() if size.dim is not None)
    key = (signature.package, signature.name)
    return CallOp(key, dims) if isinstance(symbol, OpSymbol) else CallModule(key, dims)


def converted(nodes: list[Node], arg: int, formal: Type, how: Fit, call: int) -> int:
    """The node that stands for another in a wider type; it is added where one is needed."""
    actual = nodes[arg].type
    if how.how == "widen":
        assert isinstance(actual.domain, Simplex)
        assert how.into is not None
        axis = next(at for at, size in enumerate(actual.shape) if size.dim == actual.domain.over) - len(actual.shape)
        nodes.append(Node(Widen(actual.domain.over, how.into, axis), (arg,), (), formal, call))
    elif how.how == "scalar":
        nodes.append(Node(Spread(formal.shape), (arg,), (), formal, call))
    else:
        return arg
    return len(nodes) - 1


def _order(call: int, node: int) -> Fault:
    if node < 0:
        return Fault("NMT406", f"it reads node {node}, which is none", call)
    what = "itself" if node == call else f"node {node}, which comes later"
    return Fault("NMT406", f"it reads {what}: a cycle, or a program out of order", call)


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'s' if number != 1 else ''}"


def listed(names: Sequence[str]) -> str:
    """Names for a person: the first of many."""
    return f"{', '.join(names[:12])}{f', ... ({len(names)} in all)' if len(names) > 12 else ''}"
