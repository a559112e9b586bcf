"""Places as clients count them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from nmt.lsp.positions import UNITS, Lines
from nmt.lsp.session import Session, different

TEXTS = st.text(st.sampled_from("ab\n\r\u2028\x0c\x85é😀"), max_size=30)


@given(TEXTS, st.sampled_from(sorted(UNITS)))
def test_positions_and_offsets_are_each_others_reverse(text: str, encoding: str) -> None:
    lines = Lines(text, encoding)
    for offset in range(len(text) + 1):
        line, column = lines.position(offset)
        if text[offset - 1 : offset + 1] == "\r\n":
            continue  # inside of a line end there is no place
        assert lines.offset(line, column) == offset


@given(TEXTS)
def test_lines_and_columns_are_those_of_the_protocol(text: str) -> None:
    lines = Lines(text)
    for line, inside in enumerate(re.split(r"\r\n|\n|\r", text)):
        units = len(inside.encode("utf-16-le")) // 2
        assert lines.position(lines.offset(line, units)) == (line, units)
        assert lines.offset(line, units + 5) == lines.offset(line, units)
    assert lines.offset(10_000, 3) == len(text)


@given(TEXTS, TEXTS, st.integers(0, 40), st.integers(0, 40))
def test_changes_are_applied_where_they_belong(text: str, put: str, one: int, other: int) -> None:
    session = Session()
    session.open("untitled:x", text, 1)
    lines = Lines(text)
    begin, end = sorted((min(one, len(text)), min(other, len(text))))
    start = lines.offset(*lines.position(begin))
    stop = lines.offset(*lines.position(end))
    session.change("untitled:x", [((*lines.position(begin), *lines.position(end)), put)], 2)
    assert session.opened["untitled:x"].lines.text == text[:start] + put + text[stop:]
    assert session.opened["untitled:x"].document.source.text == text[:start] + put + text[stop:]


@given(TEXTS, TEXTS)
def test_a_difference_makes_the_one_text_the_other(old: str, new: str) -> None:
    text = old
    for start, end, put in different(old, new):
        text = old[:start] + put + old[end:]
    assert text == new
