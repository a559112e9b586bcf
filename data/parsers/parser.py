"""What a parser is, and which there are."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from nmt.compiler.diagnostics import CompileError, Diagnostic, error
from nmt.compiler.frontends.parses.parse import Parse

PARSERS = ("spacy", "stanza", "server")
LONGEST = 10_000  # characters of a question


class Parser(Protocol):
    """Parses questions: each gives one parse, or a diagnostic, in their order; several sentences are joined."""

    def parse(self, questions: Iterable[str]) -> Iterator[Parse | Diagnostic]:
        """Parse them, in batches."""


def parser_of(
    name: str = "spacy",
    server: str | None = None,
    cache: Path | None = None,
    warn: Callable[[str], None] = warnings.warn,
) -> Parser:
    """A parser by its name; a server's by its address, with a folder where its answers are kept.

    `warn` is told where that folder cannot be written.
    Raises CompileError: NMT618 where a package or its model is not installed, NMT640 for an address that is none.
    """
    if name == "server":
        from .server import Server  # noqa: PLC0415 -- only where it is asked

        return Server(server or "http://localhost:9000", cache=cache, warn=warn)
    if name == "stanza":
        from .stanza import Stanza  # noqa: PLC0415 -- imports torch

        return Stanza()
    from .spacy import Spacy  # noqa: PLC0415 -- takes seconds

    return Spacy()


def needs(package: str, what: str, install: str) -> None:
    """Raise CompileError (NMT618) where a package is not installed."""
    if find_spec(package) is None:
        raise missing(what, install)


def missing(what: str, install: str) -> CompileError:
    """Something that is not installed, and the line that installs it."""
    return error("NMT618", f"{what} is not installed", help=install)


def too_long(number: int, question: str) -> Diagnostic:
    """A question that no parser is asked."""
    message = f"the question has {len(question):,} characters, more than {LONGEST:,}"
    return Diagnostic("NMT414", message, place=f"question {number}", help="a question stands on a line of its own")
