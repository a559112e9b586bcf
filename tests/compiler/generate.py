"""Texts in the language, drawn from its grammar: every form that can be written is drawn sooner or later.

Names mean nothing, so that such files parse but hardly ever check. A test in this folder or beside it gets `files` by

    files = runpy.run_path(str(Path(__file__).with_name("generate.py")))["files"]
"""

from __future__ import annotations

import random
from collections import defaultdict

from hypothesis import strategies as st
from lark.lexer import PatternStr

from nmt.compiler.parse import parser

LONG = "a_name_that_is_so_long_that_few_fit_on_a_line"
SAMPLES = {
    "NAME": ["a", "at", "find", "mask", "data", LONG],
    "DIM": ["H", "W", "COLOR", "V2", LONG.upper()],
    "INT": ["0", "1", "2", "14", "007"],
    "NUMBER": ["0.5", "1e-30", "2.50", "3e8"],
    "VERSION": ["1.0.0", "10.2.33"],
    "STRING": ['"type"', '"dark blue"', '""', '"# no comment"', '"ünï"', '"red"'],
    "COMPARE": ["<=", ">=", "=="],
    "AT_LEAST": ["at least", "at \t least"],
}
BLANKS = [" ", " ", "  ", "\t", "\n", "\n  ", "\r\n", "\n\n", " \n\n\n\t"]
COMMENTS = ["#", "# why", "#\tno blank  ", '# "quoted', "# dim H = 2", "# ünï (", "## # ,", "# " + 12 * "long words "]
TERMINALS = {one.name: one.pattern for one in parser().terminals}
RULES = defaultdict(list)
for _rule in parser().rules:
    RULES[_rule.origin.name].append(_rule.expansion)


def _heights():
    """How deep the lowest tree of each symbol is."""
    heights = dict.fromkeys(TERMINALS, 0)
    while len(heights) < len(TERMINALS) + len(RULES):
        for name, expansions in RULES.items():
            known = [_height(heights, one) for one in expansions if all(part.name in heights for part in one)]
            if known:
                heights[name] = min(known)
    return heights


def _height(heights, expansion):
    return 1 + max((heights[part.name] for part in expansion), default=0)


HEIGHTS = _heights()


def declaration(chance: random.Random, size: int = 40) -> list[str]:
    """The tokens of a declaration, about `size` at the most."""
    kind = chance.choice(RULES["start"])
    waiting, found = list(reversed(kind)), []
    while waiting:
        symbol = waiting.pop()
        if symbol.is_term:
            pattern = TERMINALS[symbol.name]
            found.append(pattern.value if isinstance(pattern, PatternStr) else chance.choice(SAMPLES[symbol.name]))
            continue
        expansions = sorted(RULES[symbol.name], key=lambda one: _height(HEIGHTS, one))
        low = _height(HEIGHTS, expansions[0])
        fits = [one for one in expansions if _height(HEIGHTS, one) == low or len(found) + len(waiting) < size]
        waiting.extend(reversed(chance.choice(fits)))
    return found


def spaced(chance: random.Random, declarations: list[list[str]], *, comments: bool = True) -> str:
    """Declarations as a text: each begins a line, all else is spaced anyhow, with comments anywhere."""
    text = _gap(chance, comments)
    for tokens in declarations:
        before = ""
        for token in tokens:
            gap = _gap(chance, comments)
            close = not (before[-1:].isalnum() or before[-1:] == "_") or not (token[0].isalnum() or token[0] == "_")
            text += token if not before else (gap or ("" if close else " ")) + token
            before = token
        text += _gap(chance, comments) + "\n"
    return text + _gap(chance, comments)


def _gap(chance: random.Random, comments: bool) -> str:
    """What may stand between two tokens."""
    kind = chance.randrange(12)
    if kind < 7:
        return " " if kind else ""
    gap = chance.choice(BLANKS)
    while comments and chance.randrange(12) == 0:
        gap += chance.choice(["", " ", "\n"]) + chance.choice(COMMENTS) + "\n" + chance.choice(["", "\n", "  "])
    return gap


@st.composite
def files(draw, *, most: int = 5) -> str:
    """Files of a few declarations."""
    chance = draw(st.randoms(use_true_random=False))
    return spaced(chance, [declaration(chance) for _ in range(chance.randint(0, most))])


@st.composite
def twins(draw) -> tuple[str, str]:
    """The same declarations without comments, spaced in two ways."""
    chance = draw(st.randoms(use_true_random=False))
    declarations = [declaration(chance) for _ in range(chance.randint(1, 3))]
    return tuple("\n\n".join(spaced(chance, [one], comments=False) for one in declarations) for _ in range(2))
