"""Programs against an interface: each skeleton is checked once, then the words of each program.

A checked skeleton is a typed graph of op calls, ready for the passes.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import Factory, define, evolve, field, frozen

from nmt.ntypes import Dim, Fit, Misfit, Signature, Size, Type, fit
from nmt.ntypes.domains import Simplex

from .check import Interface, ModelSymbol, ModuleSymbol, OpSymbol
from .check.expressions import infer_dims, unbound
from .check.hints import did_you_mean
from .graph import CallModule, CallOp, Graph, Node, Operation, Slot, Spread, Widen
from .inline import Inliner
from .terms import Skeleton, Term


@frozen
class Fault:
    """Why a program is rejected: at which of its nodes (None: as a whole), and what to do."""

    code: str
    message: str
    node: int | None = None
    help: str = ""


@frozen
class Checked:
    """A skeleton that fits: its graph, the vocabulary of each word, and the type before it widens to the layout."""

    graph: Graph
    slots: tuple[tuple[Dim, int], ...]  # vocabulary of the word, and the node that takes it
    type: Type


@frozen(eq=False)
class _Form:
    """What a call of an op on inputs of certain types comes to."""

    op: Operation
    fits: tuple[tuple[Type, Fit] | None, ...]
    vocabs: tuple[Dim, ...]
    type: Type
    types: tuple[Type, ...]  # of the inputs: kept alive, since forms are found by their identity


@define(eq=False)
class Checker:
    """Checks terms against one layout and model of an interface, and remembers skeletons."""

    interface: Interface
    model: ModelSymbol | None = None
    skeletons: dict[Skeleton, Checked | Fault] = field(default=Factory(dict))
    _forms: dict[tuple[object, ...], _Form | Fault] = field(default=Factory(dict))

    def check(self, term: Term) -> Checked | Fault:
        """The checked skeleton of a term, or why the term is rejected."""
        found = self.skeletons.get(term.skeleton)
        if found is None:
            found = self.skeletons[term.skeleton] = self._skeleton(term.skeleton)
        if isinstance(found, Fault):
            return found
        for (vocab, node), word in zip(found.slots, term.words, strict=True):
            if vocab.words is not None and vocab.place(word) is None:
                return self._no_word(vocab, node, word)
        return found

    def answer(self, checked: Checked, answer: str) -> Fault | None:
        """Whether an answer can be given at all by a program of this type."""
        domain = checked.type.domain
        vocab = domain.over if isinstance(domain, Simplex) else None
        if vocab is None or vocab.words is None or vocab.place(answer) is not None:
            return None
        return Fault(
            "NMT410", f"the answer `{answer}` is no word of {vocab}, which the program speaks of", None, _among(vocab)
        )

    def _no_word(self, vocab: Dim, node: int, word: str) -> Fault:
        hint = did_you_mean(word, vocab.places) or _among(vocab)
        return Fault("NMT407", f"`{word}` is no word of {vocab}", node, hint)

    # -- skeletons

    def _skeleton(self, skeleton: Skeleton) -> Checked | Fault:
        nodes: list[Node] = []
        slots: list[tuple[Dim, int]] = []
        place: list[int] = []  # where the graph holds each call of the program
        if not skeleton.ops:
            return Fault("NMT412", "the program is empty")
        for call, (op, inputs, count) in enumerate(zip(skeleton.ops, skeleton.inputs, skeleton.counts, strict=True)):
            fault = _order(call, inputs)
            if fault:
                return fault
            made = self._call(nodes, call, op, tuple(place[node] for node in inputs), count, slots)
            if isinstance(made, Fault):
                return made
            place.append(made)
        return self._whole(nodes, place[-1], tuple(slots), len(skeleton.ops) - 1)

    def _call(
        self, nodes: list[Node], call: int, op: str, args: tuple[int, ...], count: int, slots: list[tuple[Dim, int]]
    ) -> int | Fault:
        """Add the node of a call; what it comes to depends on the types of its inputs alone and is remembered."""
        key = (op, count, *(id(nodes[arg].type) for arg in args))
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = self._form(op, count, tuple(nodes[arg].type for arg in args))
        if isinstance(form, Fault):
            return evolve(form, node=call)
        fitted = tuple(
            converted(nodes, arg, *how, call) if how else arg for arg, how in zip(args, form.fits, strict=True)
        )
        words = tuple(Slot(len(slots) + number, vocab) for number, vocab in enumerate(form.vocabs))
        slots.extend((vocab, call) for vocab in form.vocabs)
        nodes.append(Node(form.op, fitted, words, form.type, call))
        return len(nodes) - 1

    def _form(self, op: str, count: int, types: tuple[Type, ...]) -> _Form | Fault:
        symbol = self.interface.ops.get(op) or self.interface.modules.get(op)
        if symbol is None:
            names = [*self.interface.ops, *self.interface.modules]
            if op in self.interface.sources:
                help_ = "a program calls ops and modules: let an op read the source"
                return Fault("NMT404", f"`{op}` is a source, not an op or a module", None, help_)
            message = f"no op or module of {self.interface.package} is called `{op}`"
            return Fault("NMT404", message, None, did_you_mean(op, names) or _there(names))
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
        return _Form(
            _operation(symbol, signature, bound), tuple(fits), vocabs, signature.result.substitute(bound), types
        )

    def _whole(self, nodes: list[Node], root: int, slots: tuple[tuple[Dim, int], ...], last: int) -> Checked | Fault:
        """The result against the layout, and the model around it."""
        type_ = nodes[root].type
        if self.interface.layouts:
            layout = self.interface.layout
            outcome = fit(layout.type, type_)
            if isinstance(outcome, Misfit):
                message = (
                    f"the program gives {type_}, but the layout `{layout.name}` is {layout.type}: {outcome.reason}"
                )
                return Fault("NMT409", message, last)
            root = converted(nodes, root, layout.type, outcome, last)
        if self.model is not None and self.model.body is not None:
            root = Inliner(nodes, hole=root, call=last).expression(self.model.body)
            wanted = _predicted(self.interface)
            if wanted is not None:
                outcome = fit(wanted, nodes[root].type)
                if isinstance(outcome, Fit):
                    root = converted(nodes, root, wanted, outcome, last)
        return Checked(Graph(tuple(nodes), root), slots, type_)


def predicted(interface: Interface) -> Type:
    """The type of what a network answers; raises LookupError where neither a target nor a layout says so."""
    return _predicted(interface) or interface.layout.type


def _predicted(interface: Interface) -> Type | None:
    return next((target.predicted for target in interface.targets.values() if target.traces is None), None)


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


def _order(call: int, inputs: tuple[int, ...]) -> Fault | None:
    for node in inputs:
        if node >= call:
            what = "itself" if node == call else f"node {node}, which comes later"
            return Fault("NMT406", f"it reads {what}: a cycle, or a program out of order", call)
        if node < 0:
            return Fault("NMT406", f"it reads node {node}, which is none", call)
    return None


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'s' if number != 1 else ''}"


def _among(vocab: Dim) -> str:
    return f"{vocab} has {listed(vocab.words or ())}"


def _there(names: Sequence[str]) -> str:
    return f"there {'is' if len(names) == 1 else 'are'} {listed(names) or 'none'}"


def listed(names: Sequence[str]) -> str:
    """Names for a person: the first of many."""
    return f"{', '.join(names[:12])}{f', ... ({len(names)} in all)' if len(names) > 12 else ''}"
