"""The parse tables that are kept beside the grammar."""

import json
import logging
from pathlib import Path

import lark
import pytest
from lark import Lark, Tree

from nmt import grammar
from nmt.grammar import tables

STDLIB = Path(__file__).parents[2] / "stdlib"


def test_tables_are_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m nmt.grammar` writes them anew, after a change of the grammar or of Lark."""
    kept = json.loads(tables.TABLES.read_text(encoding="utf-8"))
    assert kept["key"] == tables._key()
    monkeypatch.setattr(tables, "TABLES", tmp_path / "new.json")
    tables.write()
    fresh = json.loads(tables.TABLES.read_text(encoding="utf-8"))
    assert fresh.keys() == kept.keys()
    assert parsed(_loaded(kept)) == parsed(_loaded(fresh)) == parsed(tables._build())


def test_tables_of_another_grammar_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ('{"key": "lark 0.0 0", "data": {}, "memo": {}}', "{", ""):
        (tmp_path / "other.json").write_text(text, encoding="utf-8")
        monkeypatch.setattr(tables, "TABLES", tmp_path / "other.json")
        assert str(grammar.load().parse("dim H").data) == "start"
    monkeypatch.setattr(tables, "TABLES", tmp_path / "absent.json")
    assert str(grammar.load().parse("dim H").data) == "start"


def test_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    """Lark settles a shift against a reduce in silence, and says so only to its log."""
    caplog.set_level(logging.DEBUG, logger=lark.logger.name)
    lark.Lark(tables.GRAMMAR.read_text(encoding="utf-8"), parser="lalr", lexer="basic", debug=True)
    assert not [record.message for record in caplog.records if "onflict" in record.message]


def _loaded(kept: dict[str, object]) -> Lark:
    memo = {int(key): value for key, value in kept["memo"].items()}  # type: ignore[attr-defined]
    return Lark._load_from_dict(tables._whole(kept["data"]), memo)


def parsed(parser: Lark) -> list[Tree[object]]:
    """What a parser makes of declarations of every kind."""
    declarations = [
        "package a.b @ 1.0.0",
        "use a.b @ 1.0.0 { H, mask }",
        "dim T varies",
        "vocab V = A + { red, 0..10 }",
        "vocab V from data at least 10 else unknown",
        "type m[V] = real[V, 2 * H + 1] in -1..1 by tanh soft s: mean[H](m) <= 0.3 weight 0.01",
        "source image : WORD[T]",
        "target answer : ANSWER from dist[ANSWER] by nll",
        "module find[w: WORD, V: vocab, U](image: features, mask) -> m: mask",
        "op f(x: mask) -> mask = -x * (2 - max[H](x)) / 3 as mask + g[red, COLOR](x)",
        "layout q : dist[ANSWER]",
        "model m = prior(q, x)",
        "law l(a: mask): a == a",
        "expect find : dependent(a, b), surrogate",
        "surrogate s for find(x: mask) -> dist[ANSWER]",
    ]
    return [parser.parse(text) for text in declarations]
