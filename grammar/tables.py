"""Parse tables: built from `nmt.lark` once, kept beside it as JSON.

Building takes 80 ms, loading 8. Lark's own cache is a pickle, which can run code; JSON cannot. Tables of another
Lark release or another grammar are not used: the parser is then built from the grammar, as slowly as ever.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import lark

HERE = Path(__file__).parent
GRAMMAR = HERE / "nmt.lark"
TABLES = HERE / "nmt.tables.json"


def load() -> lark.Lark:
    """The parser of `.nmt` declarations."""
    try:
        kept = json.loads(TABLES.read_bytes())
    except (OSError, ValueError):
        kept = {}
    if kept.get("key") != _key():
        return _ready(_build())
    data, memo = _whole(kept["data"]), {int(key): value for key, value in kept["memo"].items()}
    loaded: lark.Lark = lark.Lark._load_from_dict(data, memo)  # type: ignore[no-untyped-call] # noqa: SLF001 -- as its standalone parsers
    return _ready(loaded)


def _ready(made: lark.Lark) -> lark.Lark:
    """Keep the lexer: `Lark.lex` would make one at every call, which takes longer than most texts do."""
    made.lexer = made.parser.lexer
    return made


def write() -> None:
    """Make the tables anew from the grammar."""
    data, memo = _build().memo_serialize([lark.lexer.TerminalDef, lark.grammar.Rule])
    TABLES.write_text(json.dumps({"key": _key(), "data": data, "memo": memo}, separators=(",", ":")) + "\n")


def _build() -> lark.Lark:
    return lark.Lark(
        GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        lexer="basic",
        propagate_positions=True,
        maybe_placeholders=True,
    )


def _key() -> str:
    digest = hashlib.sha256(GRAMMAR.read_bytes()).hexdigest()[:16]
    return f"lark {lark.__version__} {digest}"


def _whole(value: Any) -> Any:
    """Give tables whose keys are numbers their numbers back, which JSON turned into text."""
    if isinstance(value, dict):
        return {int(key) if key.isdecimal() else key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value
