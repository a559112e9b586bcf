"""What `nmt train` and `nmt eval` have in common: the programs that one names, and what is told of questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nmt.compiler.diagnostics import error
from nmt.terminal import show

if TYPE_CHECKING:
    from nmt.compiler.compiled import Compiled

MOST = 5  # diagnostics, and strange words, that are shown


def parse_programs(given: Sequence[str], split: str, used: Iterable[str | None]) -> dict[str, Path]:
    """`FILE` (of the split) or `SPLIT=FILE` -> files of programs by split.

    Raises CompileError (NMT114) for a split that is not among those used.
    """
    files: dict[str, Path] = {}
    known = [name for name in used if name is not None]
    for one in given:
        name, equals, file = one.partition("=")
        if not equals or Path(one).exists():
            name, file = split, one
        if name not in known:
            help_ = f"here are read: {', '.join(known)}"
            raise error("NMT114", f"`--programs {one}` names a split that is not used", help=help_)
        files[name] = Path(file)
    return files


def tell(compiled: Compiled) -> None:
    """Say which questions are left out, and how many words count as `unknown`."""
    show([*compiled.warnings[:MOST], *compiled.rejected[:MOST]])
    if compiled.rejected:
        click.echo(f"{len(compiled.rejected):,} questions are left out (`nmt compile` lists them all)", err=True)
    kinds = ((compiled.unknown, "words count as unknown"), (compiled.impossible, "answers cannot be given"))
    for vocab, strays, what in ((name, one, what) for kind, what in kinds for name, one in kind.items()):
        first = ", ".join(word for word, _ in strays.words.most_common(MOST))
        click.echo(f"{vocab}: {strays.total:,} {what}, most often {first}", err=True)
