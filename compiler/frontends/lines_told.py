"""Which format the lines of a text are of. They are told together, so that no file can be taken for two.

The kind of most of the first lines decides: a broken one among them does not.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from ..diagnostics import CompileError
from .files import HEAD
from .lines_modules import MODULES, PADDING, name_of
from .lines_trees import WORD, Calls, Grammar, LineError, read_line
from .terms_text import read_term

LINES = 64  # that are looked at
WIDEST = 4096  # characters of a line that is read to its end
NEUTRAL = "neutral"
_JSON = re.compile(r'\s*\[\s*\[\s*"')
_LIST = re.compile(r"\[([^\[\]]*)(?:\]|\Z)")

# Calls by the names that stand there, whatever they mean.
ANY = Grammar(
    lambda calls, word, _: calls.add(word.text, (), (), (word.start, word.end)),
    lambda calls, name, inputs, place, _: calls.add(name.text, tuple(inputs), (), place),
)


def fits(kind: str, head: bytes, _: str) -> bool:
    """Whether a file with this head is of a kind."""
    return told(head) == kind


@lru_cache(maxsize=8)
def told(head: bytes) -> str | None:
    """The kind of a text by its first bytes: the name of a format, or None."""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    if _JSON.match(text):
        found = [_of_tokens(re.findall(r'"([^"]*)"', one[1])) for one in _LIST.finditer(text)]
    else:
        first, *rest = text.split("\n")
        if rest and len(head) >= HEAD:
            del rest[-1]  # it goes on behind the head
        found = [_kind(line.strip()) for line in [first, *rest] if line.strip() and not line.lstrip().startswith("#")]
    kinds = Counter(kind for kind in found[:LINES] if kind != NEUTRAL)
    if not kinds:
        return None
    kind, count = kinds.most_common(1)[0]
    return kind if count * 2 > kinds.total() else None


def _kind(line: str) -> str | None:
    """What one line is, by itself."""
    if len(line) > WIDEST:
        return _wide(line[:WIDEST])
    try:
        found = read_line(line, ANY)
    except LineError:
        return _unparted(line)
    heads = [(calls.ops[-1], len(calls.inputs[-1])) for calls in found]
    if len(heads) == 1 and (single := _single(line, found[0], *heads[0])):
        return single
    if not (any(count for _, count in heads) and all(map(_parted, found))):
        return None
    if any(not count or head == "exists" or (head == "and" and count > 1) for head, count in heads):
        return "sps"
    return "sps2" if all(count == 1 for _, count in heads) else None


def _wide(start: str) -> str | None:
    """What a line is of which this is the start; its last word may be cut."""
    if start.startswith("("):
        names = re.findall(WORD, start)[:-1]
        return "n2nmn-sp" if names and ";" not in start and MODULES.keys() >= set(names) else "sps2"
    if re.match(r"[^\W\d]\w*[\[(]", start):
        return "terms"
    tokens = start.split()[:-1]
    return _of_tokens(tokens) if _are_tokens(tokens) else None


def _single(line: str, calls: Calls, head: str, inputs: int) -> str | None:
    """What a line is that has one program and no alternatives; None where it may be one of several."""
    if not inputs:
        return _unparted(line)
    if MODULES.keys() >= set(calls.ops):
        return "n2nmn-sp"
    return "shapes" if head == "is" and inputs == 2 else None


def _parted(calls: Calls) -> bool:
    """Whether all calls have one input, and those of `and` more. The trees of parsers are not like that."""
    found = zip(calls.ops, calls.inputs, strict=True)
    return calls.ops[-1] != "ROOT" and all(len(inputs) < 2 or op == "and" for op, inputs in found)


def _unparted(line: str) -> str | None:
    """What a line is that is no list: tokens, or a term. A single name may be either."""
    tokens = line.split()
    if _are_tokens(tokens):
        return _of_tokens(tokens)
    if "(" not in line and "[" not in line:
        return NEUTRAL if re.fullmatch(r"[^\W\d]\w*", line) else None
    try:
        read_term(line)
    except CompileError:
        return None
    return "terms"


def _are_tokens(tokens: list[str]) -> bool:
    """Whether a line is of n2nmn's tokens: all name modules, and they look like no other words."""
    if not tokens or not all(name_of(token) in MODULES or token == PADDING for token in tokens):
        return False
    return tokens[0].startswith("_") or (len(tokens) > 1 and "find" in map(name_of, tokens))


def _of_tokens(tokens: list[str]) -> str | None:
    """In which order tokens stand: inputs come last, or first."""
    names = [name_of(token) for token in tokens if token != PADDING]
    if not names or any(name not in MODULES for name in names):
        return None
    return "n2nmn-postfix" if MODULES[names[0]] == 0 else "n2nmn-prefix"
