"""What is made from other texts: docs/diagnostics.md from the table, and `rules.py` from docs/language.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import fill

from . import HUNDREDS, RULES
from .code import Code
from .examples import said

HEAD = """\
# Diagnostics

Every finding has a code, and every code has a page here; `nmt explain CODE` prints the same page. Each defends a rule
of [the language](language.md). This file is made from the table in `compiler/codes/` (`make docs`): change it there.

The examples are checked with the prelude of [the rules](language.md#part-two-the-rules) in front, unless they begin
with `package`, and those of programs against the interface `clevr`. A warning stops nothing; all others do.
"""
RULES_FILE = '''\
"""The numbered rules as docs/language.md words them; `python -m nmt.compiler.codes` takes them from there."""

TEXT = """\\
{text}
"""
PARAGRAPHS = TEXT.strip().split("\\n\\n")
RULES = {{rule.split("**")[1]: " ".join(rule.split("** ", 1)[1].split()) for rule in PARAGRAPHS}}
'''
# A rule is a paragraph that begins with its number.
RULE = re.compile(r"^\*\*\d+\.\d+\*\* .*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
WIDTH = 110
# How a Markdown block of each kind is coloured; those of other formats of programs are text.
FENCES = {"nmt": "nmt", "json": "json", "gqa": "json", "shell": "sh", "python": "python", "diff": "diff"}


def document() -> str:
    """docs/diagnostics.md."""
    return "\n".join([HEAD, *_contents(), *(line for title, rows in HUNDREDS.values() for line in _part(title, rows))])


def rules_of(language: str) -> str:
    """`rules.py`, from the text of docs/language.md."""
    return RULES_FILE.format(text="\n\n".join(rule.strip() for rule in RULE.findall(language)))


def stated(number: str) -> str:
    """A rule, for people, in lines of `WIDTH` characters."""
    return fill(f"Rule {number}: {RULES[number]}", WIDTH, break_long_words=False, break_on_hyphens=False)


def anchor(code: str) -> str:
    """Where the page of a code stands: `docs/diagnostics.md#nmt303`."""
    return f"docs/diagnostics.md#{code.lower()}"


def _contents() -> Iterator[str]:
    yield "| code | what it says | rule |\n|---|---|---|"
    for _, rows in HUNDREDS.values():
        for row in rows:
            warning = " (warning)" if row.severity == "warning" else ""
            yield f"| [{row.code}](#{row.code.lower()}) | {row.title}{warning} | {row.rule} |"
    yield ""


def _part(title: str, rows: tuple[Code, ...]) -> Iterator[str]:
    yield f"## {title}\n"
    for row in rows:
        yield f"### {row.code}\n"
        yield f"**{row.title[0].upper()}{row.title[1:]}**{' (warning)' if row.severity == 'warning' else ''}\n"
        yield f"{row.page}\n"
        yield f"{stated(row.rule)}\n"
        yield from _block(row.kind, row.wrong)
        yield from _block("text", said(row))
        if row.right:
            yield "Mended:\n"
            yield from _block(row.kind, row.right)


def _block(kind: str, text: str) -> Iterator[str]:
    if text:
        yield f"```{FENCES.get(kind, 'text')}\n{text}\n```\n"
