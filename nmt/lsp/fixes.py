"""Quick fixes: what the help of a finding says, where only one change can be meant.

Findings are worded for people; this is the one place that reads those words. A fix is tried before it is offered: the
finding is gone then, and nothing else is wrong instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from nmt.compiler.diagnostics import Diagnostic
from nmt.compiler.source import Span

from .checks import Document

MEANT = re.compile(r"did you mean `([^`]+)`\?")
INSIDE = re.compile(r"([^`]+) stays inside")
WRITE = re.compile(r"(?:write `(\w+)`|quote it: (\"[^\"]+\"))")
USE = re.compile(r"use (\S+ @ \d+\.\d+\.\d+)")
ENFORCER = re.compile(r"`(\w+)` stays inside")
MISSING = re.compile(r"(?:too early: )?(.*?) (is missing|was expected)")
SIGN = re.compile(r"`([\])},(:=]|->)`")
KEYWORD = re.compile(r"found `(\w+)` \(a keyword: quote it")
VERSION = re.compile(r"@\s*\d+\.\d+\.\d+")


@frozen
class Fix:
    """Write `text` in the place of a span."""

    title: str
    span: Span
    text: str


def fixes(document: Document, finding: Diagnostic) -> Iterator[Fix]:
    """The changes that mend a finding, each tried."""
    span = finding.span
    if span is None or span.source is not document.source:
        return
    for fix in _proposed(finding, span):
        text = document.source.text
        tried = Document.of(document.path, text[: fix.span.start] + fix.text + text[fix.span.end :])
        if _mended(document, tried, finding):
            yield fix


def _mended(document: Document, tried: Document, finding: Diagnostic) -> bool:
    before, after = document.check().findings, tried.check().findings
    if _syntax(finding):  # once a declaration can be read, other things may be said of it
        return sum(map(_syntax, after)) < sum(map(_syntax, before))
    old, new = ([known.message for known in side].count(finding.message) for side in (before, after))
    return new < old and len(after) <= len(before)


def _syntax(finding: Diagnostic) -> bool:
    return finding.code.startswith("NMT0")


def _proposed(finding: Diagnostic, span: Span) -> Iterator[Fix]:
    meant = MEANT.search(finding.help)
    if meant:
        yield Fix(f"Change to `{meant[1]}`", _named(span, finding.message), meant[1])
    inside = INSIDE.fullmatch(finding.help)
    if inside:
        yield Fix(f"Change to `{inside[1]}`", span, inside[1])
    write = WRITE.fullmatch(finding.help)
    if write and write[1]:
        yield Fix(f"Change to `{write[1]}`", span, write[1])
    elif write:
        yield Fix(f"Quote it: {write[2]}", span, write[2])
    use = USE.fullmatch(finding.help)
    version = VERSION.search(span.text)
    if use and version:
        at = Span(span.source, span.start + version.start(), span.start + version.end())
        yield Fix(f"Use {use[1]}", at, f"@ {use[1].rpartition(' ')[2]}")
    enforcer = ENFORCER.fullmatch(finding.help)
    if enforcer and span.text.isidentifier():
        yield Fix(f"Change to `{enforcer[1]}`", span, enforcer[1])
    quoted = KEYWORD.search(finding.message)
    if quoted:
        yield Fix(f'Quote it: "{quoted[1]}"', span, f'"{quoted[1]}"')
    missing = MISSING.search(finding.message) if _syntax(finding) else None
    if missing:
        place = span.start if missing[2] == "is missing" else _behind(span)
        for sign in dict.fromkeys(SIGN.findall(missing[1])):
            yield Fix(f"Insert `{sign}`", Span(span.source, place, place), sign)
    if finding.label == '`"` is missing':
        yield Fix('Insert `"`', Span(span.source, span.end, span.end), '"')


def _named(span: Span, message: str) -> Span:
    """The name that a message quotes, inside a span that may hold more."""
    quoted = re.search(r"`([^`]+)`", message)
    at = span.text.find(quoted[1]) if quoted else -1
    if quoted is None or at < 0:
        return span
    return Span(span.source, span.start + at, span.start + at + len(quoted[1]))


def _behind(span: Span) -> int:
    """Behind the last character before a span that is no blank and in no comment."""
    lines = span.source.text[: span.start].split("\n")
    at = span.start
    for line in reversed(lines):
        code = re.sub(r'("[^"]*")|#.*', lambda found: found[1] or "", line).rstrip()
        begin = at - len(line)
        if code:
            return begin + len(code)
        at = begin - 1
    return span.start
