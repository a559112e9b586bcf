"""A text that is edited is read as the same text from scratch, and little of it is read at all."""

import random

from hypothesis import example, given
from hypothesis import strategies as st

from nmt.compiler.diagnostics import CompileError, Report, render, to_json
from nmt.compiler.edits import Edited, Piece, placed, whole
from nmt.compiler.parse import BAD, KEYWORDS, cut, lex, parse
from nmt.compiler.source import Source, Span
from nmt.stdlib import FOLDER

CLEVR = (FOLDER / "clevr.nmt").read_text(encoding="utf-8")
WHOLE = ["dim A\n", "op f(x: t) -> t = x\n", "type t = real", "vocab V = { a }\n"]
BITS = [*WHOLE, *sorted(KEYWORDS), *'(){}[],:="#?\r\n aA']
TEXTS = st.lists(st.sampled_from(BITS), max_size=12).map("".join)


def from_scratch(text: str) -> tuple[object, list[dict]]:
    report = Report()
    try:
        file = parse(Source("t.nmt", text), report)
    except CompileError as fault:
        return None, [to_json(finding) for finding in fault.diagnostics]
    return (file.decls, file.spoiled), [to_json(finding) for finding in report]


def edited(file: Edited) -> tuple[object, list[dict]]:
    report = Report()
    try:
        read = file.parse(file.source, report)
    except CompileError as fault:
        return None, [to_json(finding) for finding in fault.diagnostics]
    return (read.decls, read.spoiled), [to_json(finding) for finding in placed(report)]


@given(st.lists(TEXTS, min_size=2, max_size=5))
@example(["dim A\ndim B\n", "dim A dim B\n", "dim A\n dim B", "dim A\ndim B\n"])
@example(["dim A\ndim\ndim B\n", "dim A\ndim\n, x\n"])
@example(["a\nb c", "a\nb", "dim a\nb c\n", 'a"\nb"'])
@example(["? " * 19, "? " * 20, "? " * 19, "dim A"])
def test_any_texts_one_after_the_other(texts: list[str]) -> None:
    file = Edited(Source("t.nmt", texts[0]))
    for text in texts:
        file.edit(Source("t.nmt", text))
        assert edited(file) == from_scratch(text)


@given(st.integers(0, len(CLEVR)), st.integers(0, 30), TEXTS)
def test_one_edit_of_clevr(at: int, taken: int, put: str) -> None:
    file = Edited(Source("t.nmt", CLEVR))
    text = CLEVR[:at] + put + CLEVR[at + taken :]
    file.edit(Source("t.nmt", text))
    assert edited(file) == from_scratch(text)
    assert all(reading.piece.text == text[reading.piece.start : reading.piece.end] for reading in file.readings)


def test_only_what_changed_is_read() -> None:
    file = Edited(Source("t.nmt", CLEVR))
    before = list(file.readings)
    at = CLEVR.index("and(x, find[s]")
    file.edit(Source("t.nmt", CLEVR[:at] + "\n  " + CLEVR[at:]))
    fresh = [reading for reading in file.readings if reading not in before]
    assert [reading.piece.text.split("(")[0] for reading in fresh] == ["op filter_shape[s: SHAPE]"]
    file.edit(Source("t.nmt", "# a comment\n" + file.source.text))
    assert [reading for reading in file.readings if reading not in before] == fresh


def test_findings_are_shown_where_their_declaration_is_now() -> None:
    text = "dim A\ntype t = real[B\ntype u = real\n"
    file = Edited(Source("t.nmt", text))
    file.edit(Source("t.nmt", "# é\n\n" + text))
    report = Report()
    file.parse(file.source, report)
    (finding,) = report
    assert isinstance(finding.span.source, Piece)
    (moved,) = placed([finding])
    assert (str(moved.span), moved.span.source) == ("t.nmt:4:16", file.source)
    assert render(moved) == render(finding)  # a piece words itself as if it were the file
    elsewhere = Span(Source("u.nmt", "x"), 0, 1)
    assert whole(elsewhere) is elsewhere


def test_tokens_are_the_same_from_any_token_on() -> None:
    """What lets reading begin in the middle."""
    text = CLEVR.replace("mask", "mAsk", 3) + 'x "open\n? at least 1.2.3 0..1 # "\n'
    tokens = list(lex(text))
    for at in random.Random(1).sample(range(len(tokens)), 60):
        rest = list(lex(text, tokens[at].start_pos))
        assert [(token.type, token, token.start_pos) for token in rest] == [
            (token.type, token, token.start_pos) for token in tokens[at:]
        ]
    assert any(token.type == BAD for token in tokens)


def test_pieces_hold_every_token_once() -> None:
    tokens = list(lex(CLEVR))
    assert [token for piece in cut(iter(tokens), CLEVR) for token in piece] == tokens
