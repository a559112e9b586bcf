"""Broken texts for `fuzz.py`: drawn from the grammar, mutated, of any bytes."""

from __future__ import annotations

import random
import runpy
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ODD = "\0\x01\x07\x1b\x7f\x85\xa0\u200b\u2028\u202e\ufeff\ufffd\U0001f600éßΩЖ中٣²\r\t\v\f`$@^;\\'\""
NUMBERS = [
    "0",
    "00",
    "1e999",
    "1e-999",
    "9" * 15,
    "9" * 16,
    "9" * 5000,
    "0." + "1" * 400,
    "-1",
    "1e308",
    "5..1",
    "0..0",
]
DOMAINS = [
    "in 5..1",
    "in {nan}",
    "in {0}",
    "in ..",
    "in 0..",
    "in simplex[H]",
    "in -1e308..1e308",
    "in 1..1",
    "in {1, 1}",
]
WORDS = ["vocab", "type", "op", "dim", "module", "source", "target", "law", "model", "layout", "expect", "soft", "use"]
WORDS += ["package", "surrogate", "as", "by", "in", "real", "from", "at", "least", "else", "weight", "for", "simplex"]
SIGNS = ["->", "..", "<=", ">=", "==", "in", "as", "by", "from", *"()[]{},:=+-*/@."]


# Every form, none of it at fault: what is done to it goes past the parser.
SOUND = """dim H
dim W = 14
dim P = 2
dim T varies
vocab COLOR = { red, blue }
vocab SIZE = { 0..3 }
vocab ALL = COLOR + SIZE + { "dark blue" }
vocab WORD from data at least 10 else unknown
type mask = real[H, W] in 0..1 by sigmoid
type seen = mask
type dist[V] = real[V] in simplex[V] by softmax
type bit = real[H, W] in {0, 1} by step
type flat[N] = real[N * P + 1]
source image : real[P, H, W]
source words : WORD[T]
source hint : flat[H * W]
target answer : ALL from dist[ALL] by nll
module encode(words: WORD[T]) -> real[P]
module find[c: COLOR](image: real[P, H, W]) -> m: mask
  soft few: mean[H, W](m) <= 0.3 weight 0.1
module tell[V: vocab](x: mask, y: real[V]) -> dist[V]
op both(a: mask, b: mask) -> mask = min(a, b)
op no(a: mask) -> mask = 1 - a
op paint[c: COLOR](x: mask) -> mask = both(x, find[c](image))
op all(x: mask) -> real[COLOR, H, W] = find[COLOR](image)
op share(x: mask) -> real = mean[H, W](x) / (1 + exp(-sum[H, W](x)))
op most[V](p: dist[V], x: real[V]) -> real = dot[V](p, x) + max[V](p) * 2
op sure(x: real[H, W]) -> mask = both(x as mask, 0.5)
op say(x: mask) -> dist[COLOR] = normalize[COLOR](average[H, W](find[COLOR](image), x))
layout question : dist[ALL]
model m = question
law twice(a: mask): no(no(a)) == a
expect find: decoupled, direct
surrogate gauge for find (x: mask) -> dist[ALL]
"""


@cache
def grammar() -> dict[str, Callable[..., object]]:
    """What draws declarations from the grammar; the tests have it."""
    return runpy.run_path(str(ROOT / "tests" / "compiler" / "generate.py"))


@cache
def corpus() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Files of the library and of the tests, and their declarations, one by one."""
    files = [*ROOT.glob("stdlib/**/*.nmt"), *ROOT.glob("tests/cases/*.nmt")]
    texts = tuple(path.read_text(encoding="utf-8") for path in sorted(files))
    pieces = dict.fromkeys(piece for text in texts for piece in text.replace("\n\n", "\n").split("\n") if piece.strip())
    return texts, tuple(pieces)


def drawn(chance: random.Random) -> bytes:
    """A text of the language; its names mean nothing."""
    made = grammar()
    declarations = [made["declaration"](chance, chance.choice([10, 20, 40])) for _ in range(chance.randint(1, 4))]
    return str(made["spaced"](chance, declarations)).encode()


def mutated(chance: random.Random) -> bytes:
    """A few lines of the library or of the grammar, with up to six things done to them."""
    texts, pieces = corpus()
    kind = chance.randrange(25)
    if kind >= 20:
        text = SOUND
        for _ in range(chance.randint(1, 3)):
            text = chance.choice((_rename, _rename, _rename, _renumber, _domain, _shuffle))(chance, text)
        return text.encode("utf-8", "surrogatepass")
    if kind == 0:
        text = chance.choice(texts)
    elif kind < 4:
        text = drawn(chance).decode()
    else:
        text = "\n".join(chance.choice(pieces) for _ in range(chance.randint(1, 8)))
    for _ in range(chance.randint(1, 6)):
        text = chance.choice(MUTATIONS)(chance, text or "dim H")
    data = text.encode("utf-8", "surrogatepass")
    return _bytes_changed(chance, data) if chance.randrange(15) == 0 else data


def _pieces_of(text: str) -> list[str]:
    """Words, signs and blanks, as they stand."""
    parts, last = [], ""
    for char in text:
        kind = "w" if char.isalnum() or char == "_" else char
        if parts and kind == last == "w":
            parts[-1] += char
        else:
            parts.append(char)
        last = kind
    return parts


def _swap(chance: random.Random, text: str) -> str:
    parts = _pieces_of(text)
    a, b = chance.randrange(len(parts)), chance.randrange(len(parts))
    parts[a], parts[b] = parts[b], parts[a]
    return "".join(parts)


def _delete(chance: random.Random, text: str) -> str:
    parts = _pieces_of(text)
    at = chance.randrange(len(parts))
    del parts[at : at + chance.choice([1, 1, 1, 2, 5])]
    return "".join(parts)


def _repeat(chance: random.Random, text: str) -> str:
    parts = _pieces_of(text)
    at = chance.randrange(len(parts))
    parts[at:at] = parts[at : at + chance.choice([1, 2, 5, 20])] * chance.choice([1, 1, 2, 30])
    return "".join(parts)


def _insert(chance: random.Random, text: str) -> str:
    new = chance.choice([chance.choice(ODD), chance.choice(NUMBERS), chance.choice(WORDS), chance.choice(SIGNS)])
    at = chance.randrange(len(text) + 1)
    return f"{text[:at]}{chance.choice(['', ' '])}{new}{chance.choice(['', ' '])}{text[at:]}"


def _rename(chance: random.Random, text: str) -> str:
    """Another name of the same kind, or of another, in one place or in all."""
    parts = _pieces_of(text)
    names = [part for part in parts if part[0].isalpha() and part not in WORDS]
    if not names:
        return text
    old, new = chance.choice(names), chance.choice(names)
    at = parts.index(old)
    everywhere = chance.randrange(2)
    return "".join(new if part == old and (everywhere or place == at) else part for place, part in enumerate(parts))


def _renumber(chance: random.Random, text: str) -> str:
    parts = _pieces_of(text)
    places = [at for at, part in enumerate(parts) if part[0].isdigit()]
    if places:
        parts[chance.choice(places)] = chance.choice(NUMBERS)
    return "".join(parts)


def _domain(chance: random.Random, text: str) -> str:
    at = text.find(" in ", chance.randrange(len(text) + 1))
    return f"{text[:at]} {chance.choice(DOMAINS)} {text[at + 4 :]}" if at >= 0 else text + f" {chance.choice(DOMAINS)}"


def _cut(chance: random.Random, text: str) -> str:
    a, b = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
    return chance.choice([text[:b], text[a:], text[:a] + text[b:]])


def _splice(chance: random.Random, text: str) -> str:
    other = chance.choice(corpus()[1])
    return text[: chance.randrange(len(text) + 1)] + other[chance.randrange(len(other) + 1) :]


def _shuffle(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    chance.shuffle(lines)
    return chance.choice(["\n", "\n", " ", "\r\n", "\r"]).join(lines)


MUTATIONS = (_swap, _delete, _repeat, _insert, _rename, _renumber, _domain, _cut, _splice, _shuffle)


def _bytes_changed(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(changed) + 1)
        changed[at:at] = chance.choice(
            [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x00", b"\xef\xbb\xbf", chance.randbytes(3)]
        )
    return bytes(changed)


def any_bytes(chance: random.Random) -> bytes:
    """Bytes of any kind: all of them, printable ones, characters of any script, or signs and words in any order."""
    length = chance.choice([0, 1, 3, 30, 200, 600])
    match chance.randrange(6):
        case 0:
            return chance.choice([b"", b"\xef\xbb\xbf", b"\xff\xfe"]) + chance.randbytes(length)
        case 1:
            return bytes(chance.randrange(32, 127) for _ in range(length))
        case 2:
            return "".join(chr(chance.randrange(1, 0xD800)) for _ in range(length)).encode()
        case 3:
            return _bytes_changed(chance, chance.choice(corpus()[1]).encode())
        case 4:
            return "".join(chance.choice(ODD + " \nabcXYZ019(){}[],:=#") for _ in range(length)).encode()
    parts = (chance.choice([*WORDS, *SIGNS, "\n", "x", "H", "1", "0.5", '"w"', "1.0.0"]) for _ in range(length // 2))
    return " ".join(parts).encode()
