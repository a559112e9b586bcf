"""Who calls whom: ops never recurse, and what they come to, written out, has an end.

Ops are put in place before anything runs. One that calls another twice, which calls a third twice, and so on, would be
written out without end, so how deep and how long each comes to be is counted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nmt.ntypes import Dim

from .. import ast
from ..build import DEEPEST
from .interface import OpSymbol
from .scope import SPOILED, Scope, circle

MOST_CALLS = 100_000  # that one op comes to, written out


def check_calls(scope: Scope) -> None:
    """Refuse ops that call themselves, also through others, and those that come to too much."""
    decls = {
        decl.name.text: decl
        for decl in scope.file.decls
        if isinstance(decl, ast.OpDecl) and scope.spans.get(("op", decl.name.text)) is decl.name.span
    }
    calls = {name: list(called(decl.body)) for name, decl in decls.items()}
    entered: dict[str, bool] = {}  # whether all that it calls has been seen
    for start, first in calls.items():
        path: list[tuple[str, Iterable[ast.Call]]] = []
        if start not in entered:
            entered[start] = False
            path.append((start, iter(first)))
        while path:
            here, rest = path[-1]
            call = next(iter(rest), None)  # an iterator: takes the next call each time
            if call is None:
                entered[here] = True
                path.pop()
                _count(scope, decls[here], calls[here])
                continue
            name = call.name.text
            if name not in calls:
                continue
            if entered.get(name) is False:
                names = [op for op, _ in path]
                cycle = circle([*names[names.index(name) :], name])
                scope.report.add("NMT107", f"ops never recurse: {cycle}", call.name.span)
                scope.names["op", name] = SPOILED
            elif name not in entered:
                entered[name] = False
                path.append((name, iter(calls[name])))


def _count(scope: Scope, decl: ast.OpDecl, calls: list[ast.Call]) -> None:
    """How deep and how long an op is, written out."""
    depth = length = 1
    for call in calls:
        inner, more = scope.costs.get(call.name.text, (0, 1))
        depth = max(depth, inner + 1)
        length += more * (_times(scope, call) if inner else 1)
    scope.costs[decl.name.text] = depth, length
    if depth <= DEEPEST and length <= MOST_CALLS:
        return
    what = f"calls nest deeper than {DEEPEST}" if depth > DEEPEST else f"comes to more than {MOST_CALLS:,} calls"
    scope.report.add("NMT005", f"`{decl.name}` {what}, written out", decl.name.span)
    scope.names["op", decl.name.text] = SPOILED
    del scope.costs[decl.name.text]


def _times(scope: Scope, call: ast.Call) -> int:
    """How often an op is called where a vocabulary stands in a word's place."""
    symbol = scope.names.get(("op", call.name.text))
    if not isinstance(symbol, OpSymbol) or all(param.kind != "word" for param in symbol.signature.family):
        return 1
    dims = (scope.names.get(("dim", at.name.text)) for at in call.index if at.every)
    return max((len(dim.words or ()) for dim in dims if isinstance(dim, Dim)), default=1)


def called(expr: ast.Expr) -> Iterator[ast.Call]:
    """Every call in an expression, from left to right."""
    waiting = [expr]
    while waiting:
        match waiting.pop():
            case ast.Call(args=args) as call:
                yield call
                waiting.extend(reversed(args))
            case ast.Binary(left=left, right=right):
                waiting.extend((right, left))
            case ast.Negative(value=value) | ast.Cast(value=value):
                waiting.append(value)
