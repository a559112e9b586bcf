"""What is known of an interface, as plain values: sizes, words, values of types, and the bounds proved of bodies.

`nmt show` words them for people. Nothing here computes anything new: it is what the check has found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias

from nmt.ntypes import Dim, Interval, Param, Signature, Type
from nmt.ntypes.dims import show
from nmt.ntypes.domains import hull, number

from . import ast, typed
from .check import Interface
from .check.interface import LawSymbol, ModuleSymbol, OpSymbol, SoftSymbol, TypeSymbol
from .compatibility.reach import Reach
from .declared import Declared, header, written

Plain: TypeAlias = dict[str, Any]
WEIGHT = re.compile(r"\bweight [-+.\de]+$")


def describe(interface: Interface) -> Plain:
    """Everything that the interface can name, and what that draws on, each with the package that declares it."""
    known = Declared.of(interface)
    reach = Reach.of(known).found
    dims: list[Dim] = list(reach["dim"].values())
    calls = known.named("op").values()
    return {
        "package": interface.package,
        "version": interface.version,
        "file": interface.texts[interface.package].path,
        "hash": interface.hash,
        "uses": _uses(known),
        "dims": [_dim(dim) for dim in dims if not dim.vocabulary],
        "vocabularies": [_vocabulary(known, dim) for dim in dims if dim.vocabulary],
        "types": [_type(symbol) for symbol in reach["type"].values()],
        "sources": [{"name": one.name, **values(one.type)} for one in interface.sources.values()],
        "targets": [
            {"name": one.name, "type": str(one.type), "from": one.traces or str(one.predicted), "loss": one.loss}
            for one in interface.targets.values()
        ],
        "modules": [_module(symbol) for symbol in calls if isinstance(symbol, ModuleSymbol)],
        "ops": [_op(known, symbol) for symbol in calls if isinstance(symbol, OpSymbol)],
        "layouts": [{"name": one.name, **values(one.type)} for one in interface.layouts.values()],
        "models": [
            {
                "name": one.name,
                "body": known.body("model", interface.package, one.name),
                **(values(one.body.type) if one.body is not None else {}),
            }
            for one in interface.models.values()
        ],
        "laws": [_law(law) for law in interface.laws],
        "expects": [
            {"name": str(one.name), "claims": [_claim(claim) for claim in one.claims]} for one in interface.expects
        ],
        "surrogates": [_surrogate(one) for one in interface.surrogates],
    }


def values(type_: Type) -> Plain:
    """A type, the shape of its values, what they may be, and what keeps them there."""
    return {
        "type": str(type_),
        "shape": [str(size) for size in type_.shape],
        "domain": _allowed(type_),
        "enforcer": type_.enforcer,
    }


def _allowed(type_: Type) -> str:
    if type_.words is not None:
        return f"words of {type_.words}"
    domain = type_.domain
    point = isinstance(domain, Interval) and domain.low == domain.high
    return number(hull(domain).low) if point else str(domain)


def _uses(known: Declared) -> list[Plain]:
    """The packages with the versions that were found, which may be newer than those asked for."""
    made = []
    for decl in known.own.file.decls:
        if isinstance(decl, ast.Use):
            asked = decl.package.text
            package = dict(known.interface.swaps).get(asked, asked)
            line = header(known.interface.texts[package])
            version = line.version if line else decl.version
            made.append({"package": package, "version": version, "for": asked, "asked": decl.version})
    return made


def _dim(dim: Dim) -> Plain:
    """`size` is None where the data gives it."""
    return {"name": dim.name, "package": dim.package, "size": dim.size, "varies": dim.varies}


def _vocabulary(known: Declared, dim: Dim) -> Plain:
    decl = known.declaration("dim", dim.package, dim.name)
    of = decl.of if isinstance(decl, ast.VocabDecl) else ()
    parts = [part.name if "#" not in part.name else list(part.words or ()) for part in dim.parts]
    return {
        "name": dim.name,
        "package": dim.package,
        "count": dim.size,
        "words": None if dim.words is None else list(dim.words),
        "parts": parts,
        "from": None if isinstance(of, tuple) else written(of.span).removeprefix("from").strip(),
    }


def _type(symbol: TypeSymbol) -> Plain:
    params = f"[{', '.join(dim.name for dim in symbol.params)}]" if symbol.params else ""
    return {
        "name": f"{symbol.name}{params}",
        "package": symbol.package,
        **values(symbol.type),
        "type": str(symbol.type.bare()),
        "refines": [str(name) for name in symbol.type.names[1:]],
        "softs": _softs(symbol.softs),
    }


def _softs(softs: Iterable[SoftSymbol]) -> list[Plain]:
    return [{"name": soft.name, "says": _soft(written(soft.span)), "weight": soft.weight} for soft in softs]


def _soft(text: str) -> str:
    """The comparison in `soft sparse: mean[H, W](m) <= 0.3 weight 0.01`."""
    return WEIGHT.sub("", text.partition(":")[2]).strip()


def _law(law: LawSymbol) -> Plain:
    says = written(law.span).partition(")")[2].lstrip(" :")
    return {"name": law.name, "params": list(map(_param, law.params)), "says": says}


def _surrogate(decl: ast.SurrogateDecl) -> Plain:
    takes = written(decl.span).partition("(")[2]
    return {"name": decl.name.text, "for": decl.module.text, "signature": f"({takes}"}


def _param(param: Param) -> Plain:
    """A parameter; its name is None where only its place is known."""
    return {"name": None if param.name.startswith("#") else param.name, **values(param.type)}


def _result(signature: Signature) -> Plain:
    return {"name": signature.result_name or None, **values(signature.result)}


def _module(symbol: ModuleSymbol) -> Plain:
    signature = symbol.signature
    return {
        "name": signature.name,
        "package": signature.package,
        "signature": str(signature),
        "instances": signature.words.size if signature.words else None,
        "family": signature.words.name if signature.words else None,
        "inputs": list(map(_param, signature.params)),
        "result": _result(signature),
        "softs": _softs(symbol.softs),
    }


def _op(known: Declared, symbol: OpSymbol) -> Plain:
    signature = symbol.signature
    return {
        "name": signature.name,
        "package": signature.package,
        "signature": str(signature),
        "inputs": list(map(_param, signature.params)),
        "result": _result(signature),
        "body": known.body("op", signature.package, signature.name),
        "proved": None if symbol.body is None else _proved(symbol.body),
    }


def _proved(body: typed.Expr) -> Plain:
    """The body's own type, before it takes the name that stands behind `->`; `then` is what is done to fit it there."""
    how = body.how if isinstance(body, typed.Convert) and body.how in {"scalar", "widen"} else ""
    own = body.value.type if isinstance(body, typed.Convert) and how else body.type
    then = {"scalar": f"spread over {show(body.type.shape)}", "widen": f"zeros in the rest of {body.type}"}
    return {**values(own), "then": then.get(how, "")}


def _claim(claim: ast.Claim) -> str:
    return f"{claim.name}({', '.join(map(str, claim.of))})" if claim.of else str(claim.name)
