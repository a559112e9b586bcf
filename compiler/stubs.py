"""Python protocols for the modules of an interface, with the shapes of every tensor as jaxtyping annotations.

A protocol is what an implementation must be, as `compiler/network.py` calls it: `forward(instances, *inputs)`, all
inputs batched. Where an input may be a plain source there is a second protocol, `FindRows`, of modules that say
`takes_rows = True`. Nothing here imports torch; what is made does.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Sequence
from textwrap import wrap

from attrs import Factory, define, field, frozen

from nmt.ntypes import REALS, Dim, Fit, Signature, Size, Type, fit

from .check import Interface
from .check.interface import ModuleSymbol
from .compatibility.reach import Reach
from .declared import Declared

WIDTH = 88  # what formatters take a line to hold unless told otherwise
SHOWN = 200  # words of a family
TAKEN = ("Float", "Int", "Protocol", "Rows", "Tensor")


@frozen
class Stub:
    """A protocol of one module; `rows` where it is that of implementations that take rows."""

    signature: Signature
    name: str
    rows: bool
    text: str


@frozen
class Stubs:
    """The protocols of an interface, and the Python file that they make."""

    stubs: tuple[Stub, ...]
    text: str


def stubs(interface: Interface, command: str) -> Stubs:
    """A protocol or two for each module; `command` is what the file was made by, for its first lines."""
    modules = [one for one in Reach.of(Declared.of(interface)).found["op"].values() if isinstance(one, ModuleSymbol)]
    writer = _Writer(interface, _batch(modules))
    classes = tuple(stub for module in modules for stub in writer.classes(module.signature))
    body = "".join(f"\n\n{stub.text}" for stub in classes)
    used = [name for name in ("Float", "Int") if f"{name}[" in body]
    imports = ["from typing import Protocol\n"] if classes else []
    if used:
        imports.append(f"from jaxtyping import {', '.join(used)}\nfrom torch import Tensor\n")
    if "Rows" in body:
        imports.append("from nmt.compiler.backends.rows import Rows\n")
    title = (
        "# ruff: noqa: F722, F821 -- shapes are strings that are no Python\n"
        f'"""The modules of {interface.package} @ {interface.version} as protocols.\n\n'
        f"Made by `{command}`: make it again rather than change it. {writer.batch} counts the rows of a\n"
        'batch; a module returns raw numbers, and its enforcer is applied outside.\n"""\n'
    )
    head = [title, "from __future__ import annotations\n"]
    return Stubs(classes, "\n".join([*head, *imports]) + body)


def _batch(modules: Sequence[ModuleSymbol]) -> str:
    """How the batch is called: N, unless a dim has that name."""
    signatures = [module.signature for module in modules]
    types = [type_ for one in signatures for type_ in (one.result, *(param.type for param in one.params))]
    names = {dim.name for type_ in types for size in type_.shape for dim in size.dims()}
    return next(name for name in ("N", "BATCH", "ROWS_OF_BATCH") if name not in names)


@define
class _Writer:
    interface: Interface
    batch: str
    taken: set[str] = field(default=Factory(lambda: set(TAKEN)))

    def classes(self, signature: Signature) -> Iterator[Stub]:
        """The protocol of a module, and that of one which takes rows, where it may be given any."""
        name = self._name("".join(part.capitalize() for part in signature.name.split("_")))
        head = f'class {name}(Protocol):\n    """{self._doc(signature)}    """\n\n'
        yield Stub(signature, name, rows=False, text=head + self._forward(signature, rows=()))
        rows = tuple(place for place, param in enumerate(signature.params) if self._is_source(param.type))
        if rows:
            given = ", ".join(f"`{_parameters(signature)[place]}`" for place in rows)
            doc = f"{name} with `takes_rows = True`: {given} may be a table and row numbers."
            name = self._name(f"{name}Rows")
            head = f'class {name}(Protocol):\n    """{doc}"""\n\n    takes_rows: bool\n\n'
            yield Stub(signature, name, rows=True, text=head + self._forward(signature, rows=rows))

    def _name(self, wanted: str) -> str:
        while wanted in self.taken or keyword.iskeyword(wanted):
            wanted += "_"
        self.taken.add(wanted)
        return wanted

    def _is_source(self, type_: Type) -> bool:
        sources = (source.type for source in self.interface.sources.values())
        return any(fit(type_, source) == Fit() for source in sources)

    # -- parts of a class

    def _forward(self, signature: Signature, rows: tuple[int, ...]) -> str:
        lines = [f'instances: Int[Tensor, "{self.batch}"]'] if signature.words else []
        for place, (name, param) in enumerate(zip(_parameters(signature), signature.params, strict=True)):
            lines.append(f"{name}: {self._tensor(param.type)}" + (" | Rows" if place in rows else ""))
        result = self._tensor(signature.result)
        if not lines:
            return f"    def forward(self) -> {result}: ...\n"
        inside = "".join(f"        {line},\n" for line in ["self", *lines, "/"])
        return f"    def forward(\n{inside}    ) -> {result}: ...\n"

    def _tensor(self, type_: Type) -> str:
        kind = "Float" if type_.words is None else "Int"
        return f'{kind}[Tensor, "{" ".join([self.batch, *map(_axis, type_.shape)])}"]'

    def _doc(self, signature: Signature) -> str:
        """Signature, domain, enforcer, inputs and words, in lines that end where formatters would have them end."""
        paragraphs = [[f"`{signature}`"], [_result(signature.result)]]
        inputs = zip(_parameters(signature), signature.params, strict=True)
        paragraphs.append([f"{name}: {_input(param.type)}" for name, param in inputs])
        kinds = [
            f"{param.name}: a vocabulary, with a module each" for param in signature.family if param.kind == "vocab"
        ]
        paragraphs.append(kinds)
        if signature.words is not None:
            paragraphs.append([f"instances: {_words(signature.words)}"])
        text = []
        for lines in paragraphs:
            wrapped = [part for line in lines for part in wrap(line, WIDTH - 4, subsequent_indent="    ")]
            text.append("".join(f"    {line}\n" for line in wrapped))
        return "\n".join(one for one in text if one).lstrip().replace("\\", "\\\\").replace('"', "'")


def _parameters(signature: Signature) -> list[str]:
    """Names of inputs that Python takes, each once."""
    made: list[str] = []
    for place, param in enumerate(signature.params):
        name = f"input{place}" if param.name.startswith("#") else param.name
        while keyword.iskeyword(name) or name in {"self", "instances", *made}:
            name += "_"
        made.append(name)
    return made


def _axis(size: Size) -> str:
    """A size as jaxtyping writes it: a name, a name with its number, or a product or sum without blanks."""
    dim = size.dim
    if dim is not None:
        return dim.name if dim.size is None else f"{dim.name}={dim.size}"
    sums = []
    for product, count in size.terms:
        factors = [str(count)] if count != 1 or not product else []
        sums.append("*".join(factors + [dim.name if dim.size is None else str(dim.size) for dim in product]))
    return "+".join(sums) or "0"


def _result(type_: Type) -> str:
    if type_.enforcer is None:
        return f"Gives {type_}: {type_.domain}, nothing is applied."
    return f"Gives raw numbers; `{type_.enforcer}` puts them into {type_.domain} ({type_})."


def _input(type_: Type) -> str:
    if type_.words is None:
        if not type_.name:
            return str(type_)
        return f"{type_}, {type_.domain}" if type_.domain == REALS else f"{type_}, in {type_.domain}"
    varies = any(dim.varies for size in type_.shape for dim in size.dims())
    return f"numbers of words of {type_.words}" + (", -1 behind the last" if varies else "")


def _words(vocab: Dim) -> str:
    if vocab.words is None:
        return f"numbers of words of {vocab}, which the data brings"
    shown = ", ".join(vocab.words[:SHOWN]) + (", ..." if len(vocab.words) > SHOWN else "")
    return f"numbers of the {len(vocab.words)} words of {vocab}: {shown}"
