"""All kinds of files of parses, and which of them a file is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

from ...diagnostics import Diagnostic, error
from ..files import Input
from .conllu import fits_conllu, read_conllu
from .corenlp import Choice, fits_corenlp, read_corenlp
from .parse import Parse
from .penn import fits_penn, read_penn
from .stanford import fits_stanford, read_stanford


@frozen
class Kind:
    """A kind of file: whether the first bytes of one, and its name, fit, and how it is read.

    `choosing` reads one that holds several graphs of a sentence, and takes one of them.
    """

    title: str
    fits: Callable[[bytes, str], bool]
    read: Callable[[Input], Iterator[Parse | Diagnostic]]
    choosing: Callable[[Input, Choice], Iterator[Parse | Diagnostic]] | None = None


# In the order in which a file is tried against them: trees may stand between dependencies.
KINDS: Mapping[str, Kind] = {
    "corenlp": Kind("CoreNLP's JSON", fits_corenlp, read_corenlp, read_corenlp),
    "conllu": Kind("CoNLL-U, also CoNLL-X", fits_conllu, read_conllu, read_conllu),
    "stanford": Kind("Stanford typed dependencies as text", fits_stanford, read_stanford),
    "penn": Kind("Penn trees, one on a line or indented", fits_penn, read_penn),
}


def kind_of(source: Input) -> str | None:
    """The first kind that a file fits, or None."""
    return next((name for name, kind in KINDS.items() if kind.fits(source.head, source.name)), None)


def read_parses(
    source: Input, kind: str | None = None, dependencies: Choice = "enhanced++"
) -> Iterator[Parse | Diagnostic]:
    """The parsed sentences of a file, one by one; what is wrong with one is a diagnostic, and the rest goes on.

    `kind` is one of `KINDS`; without it, it is told by what stands in the file. `dependencies` says which graph is
    taken where a file holds several of a sentence (CoreNLP's JSON, CoNLL-U), or else the nearest plainer one. Raises
    CompileError: NMT416 where no kind fits, NMT401 and NMT402 where the file cannot be read on.
    """
    found = kind or kind_of(source)
    if found is None or found not in KINDS:
        message = f"no kind of parses is called `{found}`" if found else "holds no parses of a known kind"
        raise error("NMT416", message, place=source.name, help=f"there are {', '.join(KINDS)}")
    one = KINDS[found]
    return one.choosing(source, dependencies) if one.choosing else one.read(source)
