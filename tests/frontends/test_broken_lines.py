"""Files of lines as a whole: no kind is taken for another, and whatever is done to one, it is read or told."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.compiler.codes import TABLE
from nmt.compiler.diagnostics import CompileError, Diagnostic, render, to_json
from nmt.compiler.frontends import n2nmn, shapes_query, sps, terms_file
from nmt.compiler.frontends.files import HEAD, Input
from nmt.compiler.frontends.format import Options
from nmt.compiler.frontends.formats import FORMATS, format_of
from nmt.compiler.frontends.lines_told import told

MINE = [*sps.FORMATS, *shapes_query.FORMATS, *n2nmn.FORMATS, *terms_file.FORMATS]
SAMPLES = {
    "sps2": [
        "(is tie)\n(is car);(is show);(is (and car show))\n",
        "(what 's);(what 1,000);(what (and 's 1,000))\n",
        "(is find)\n(is and);(is t);(is (and and t))\n(describe dog)\n",
        "(is a);(is b);(is (and a b))",
        "(_what _thing)\n",
        "(terms x)\n",
    ],
    "sps": [
        "tallahassee;(exists tallahassee);(and tallahassee city);(exists (and tallahassee city))\n",
        "(in sea);(exists (in sea))\nstate;(exists state)\n",
        "(of lake);(exists (of lake));(and (of lake) (in ohio));(exists (and (of lake) (in ohio)))\n",
        "(exists (and a b (in c)))\n",
    ],
    "shapes": ["(is green (left_of red))\n", "(is red (above (right_of square)))\n(is red circle)\n", "(is a b)"],
    "n2nmn-sp": ["(describe (and find find))\n(is find)\n", "(is (and find (relate find)))", "(count scene)\n"],
    "n2nmn-prefix": [
        "_Describe _And _Find _Find\n",
        "describe and find find\nis find\n",
        "_Exist _Find <eos> <eos>\n",
        '[["_Describe", "_Find"]]',
        '[\n  ["describe", "find"],\n  ["is", "find"]]',
    ],
    "n2nmn-postfix": [
        "_Find _Find _And _Describe\n",
        "find find and describe\n",
        '[["_Find", "_Find", "_Transform", "_And", "_Answer"], ["_Find", "_Answer"]]',
        '[["_Scene", "_Count", "<eos>"]]\n',
    ],
    "terms": [
        "exist(filter_color[red](scene()))\n",
        "# what I tried\n\nyesno[is](leaf[dog])\nscene\n",
        "describe(and(find(), find()))\n",
        'find["dark blue"]',
    ],
}
# What belongs to others: CLEVR, GQA, clevr-iep, parsers, questions, pictures.
FOREIGN = [
    '{"info": {}, "questions": [{"program": []}]}',
    '[{"program": [{"function": "scene"}]}]',
    "[]",
    '[["a", "b"]]',
    '[[{"function": "scene"}]]',
    "exist filter_color[red] scene\n",
    "scene filter_color[red] exist\n",
    "count scene\n",
    "nsubj(red-4, car-3)\ndet(car-3, the-2)\n",
    "Is/VBZ there/EX a/DT car/NN ?/.\n\nroot(ROOT-0, Is-1)\nexpl(Is-1, there-2)\n",
    "(ROOT (SQ (VBZ Is) (NP (EX there)) (NP (DT a) (JJ red) (NN car)) (. ?)))\n",
    "(ROOT (X (SYM b)))\n",
    "(ROOT\n  (SQ (VBZ Is)\n    (NP (EX there))\n    (. ?)))\n",
    "1\tIs\tbe\tAUX\tVBZ\t_\t0\troot\t_\t_\n",
    "Is there a red car?\nWhat color is the dog?\n",
    "true\nfalse\ntrue\n",
    "yes;no\nred;green;blue\n",
    "is a green shape left of a red shape\n",
    "\x93NUMPY\x01\x00v\x00{'descr': '|u1'}",
    "# only a comment\n",
    "\n\n",
    "()\n",
]
ALL = [(name, text) for name, texts in SAMPLES.items() for text in texts]


def read(kind, path):
    return list(kind.read(Input.of(path), Options()))


def all_of(kind, path):
    """What is read and told, up to where a file cannot be read on."""
    found = []
    try:
        found.extend(kind.read(Input.of(path), Options()))
    except CompileError as fault:
        found.extend(fault.diagnostics)
    return found


# -- formats are told by what stands in a file


@pytest.mark.parametrize(("name", "text"), ALL)
@pytest.mark.parametrize("change", ["", "crlf", "mark", "broken"])
def test_each_file_fits_its_format_alone(tmp_path, name, text, change):
    if change == "crlf":
        text = text.replace("\n", "\r\n")
    elif change == "mark":
        text = "\ufeff" + text
    elif change == "broken" and not text.startswith("["):
        text = "(is (and car\n" + f"{text.rstrip()}\n" * 3 + ")) what [\n"
    head = text.encode()
    assert [one.name for one in MINE if one.fits(head, "any name")] == [name]
    (tmp_path / "a").write_bytes(head)
    assert any(not isinstance(one, Diagnostic) for one in read(FORMATS[name], tmp_path / "a"))


@pytest.mark.parametrize(("name", "text"), ALL)
def test_each_file_is_taken_for_what_it_is(tmp_path, name, text):
    (tmp_path / "a").write_text(text, encoding="utf-8")
    assert format_of(Input.of(tmp_path / "a")).name == name


@pytest.mark.parametrize("text", FOREIGN)
def test_other_files_fit_none_of_these(text):
    assert [one.name for one in MINE if one.fits(text.encode(), "a.sps2")] == []


@pytest.mark.parametrize(("name", "text"), ALL)
def test_what_is_written_fits_its_format(tmp_path, name, text):
    (tmp_path / "a").write_text(text, encoding="utf-8")
    written = "".join(FORMATS[name].write(read(FORMATS[name], tmp_path / "a")))
    assert told(written.encode()) == name


@pytest.mark.parametrize("name", SAMPLES)
def test_a_head_that_ends_in_a_line(name):
    text = SAMPLES[name][0]
    if not text.startswith("["):
        assert told((text * HEAD).encode()[:HEAD]) == name


def test_heads_with_one_line_of_any_length():
    assert told((b"(is " + b"(in " * HEAD)[:HEAD]) == "sps2"
    assert told((b"f(" * HEAD)[:HEAD]) == "terms"
    assert told(b"x" * HEAD) is None
    assert told((b"_Describe " + b"_And _Find " * HEAD)[:HEAD]) == "n2nmn-prefix"
    assert told((b"find find and " + b"find and " * 4096 + b"describe\n" + b"find is\n" * 9)[:HEAD]) == "n2nmn-postfix"
    assert told((b"(describe " + b"(relate " * 4096)[:HEAD]) == "n2nmn-sp"
    assert told((b"(is find);" * HEAD)[:HEAD]) == "sps2"
    assert told((b"f(x)\n" + b"f(" * HEAD)[:HEAD]) == "terms"
    assert told((b"f(x)\n" + b"f " * HEAD)[:HEAD]) == "terms"  # the second goes on, whatever it is
    assert told((b'[["_Find", ' + b'"_Relate", ' * HEAD)[:HEAD]) == "n2nmn-postfix"


@settings(max_examples=80)
@given(
    st.binary(max_size=80)
    | st.lists(st.sampled_from([*'()[];," \n', "is", "and", "find", "_Find", "f"])).map(
        lambda parts: "".join(parts).encode()
    )
)
def test_any_head_fits_one_format_at_most(head):
    assert sum(one.fits(head, "") for one in MINE) <= 1


# -- whatever is done to a file, it is read or told


def mutated(chance: random.Random, data: bytes) -> bytes:
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        to = chance.randrange(at, len(data) + 1)
        new = chance.choice(
            [b"", b"(", b")", b";", b"\n", b"\r", b"\xff", b"\0", b"[", b'"', b" ", b"and", data[at:to] * 2]
        )
        data = data[:at] + new + data[chance.choice([at, at + 1, to]) :]
    return data


@pytest.mark.parametrize("kind", MINE, ids=lambda kind: kind.name)
@settings(max_examples=80)
@given(seed=st.integers(0, 1 << 30))
def test_broken_files_are_read_or_told(tmp_path_factory, kind, seed):
    chance = random.Random(seed)
    path = tmp_path_factory.mktemp("b") / "a"
    path.write_bytes(mutated(chance, "".join(text for name, text in ALL if name in {kind.name, "sps2"}).encode()))
    for one in all_of(kind, path):
        if isinstance(one, Diagnostic):
            assert one.code in TABLE
            assert one.span or one.place
            assert render(one)
            assert to_json(one)
        else:
            assert one.places is None or len(one.places(one)) == len(one.term.skeleton.ops)


@pytest.mark.slow
@pytest.mark.parametrize("kind", MINE, ids=lambda kind: kind.name)
def test_long_lines_take_linear_time(tmp_path, kind):
    for piece in ("(", "(is ", "(is a);", "f(", "f[", "a,", "find ", "_And ", '["_Find",', ")", "\u00e9"):
        (tmp_path / "a").write_text(piece * 100_000, encoding="utf-8")
        start = time.process_time()
        all_of(kind, tmp_path / "a")
        assert time.process_time() - start < 10, piece
