"""Data sets as columns: what sources and targets bind to by name, with sizes taken from the data."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from attrs import frozen
from torch import Tensor

from nmt.compiler.check import Interface, SourceSymbol, TargetSymbol
from nmt.compiler.compiled import Accepted, Compiled, compile_programs
from nmt.compiler.diagnostics import CompileError, Diagnostic, error
from nmt.compiler.encode import Encoded, encode
from nmt.compiler.frontends import read_programs
from nmt.compiler.lower import Lowering
from nmt.compiler.programs import Checker
from nmt.compiler.schedule import Ints
from nmt.compiler.vocabularies import bind_to, unbound
from nmt.data import features
from nmt.data.folder import Folder


@frozen(eq=False)
class Split:
    """The questions of a split.

    `listed` says which answers are words of the vocabulary themselves, and no other word that counts as `unknown`.
    `image` is the row of each question's picture in `table` (images, C, H, W), `answer` the number of its answer in
    `answers`; `kind` is the last function of its program, `depth` its longest path, `number` its place in the file.
    """

    name: str
    encoded: Encoded
    table: np.ndarray[tuple[int, ...], np.dtype[np.float16]]
    image: Ints
    answer: Ints
    listed: np.ndarray[tuple[int], np.dtype[np.bool_]]
    depth: Ints
    number: Ints
    kind: tuple[str, ...]
    backbone: str
    answers: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.image)

    @property
    def digest(self) -> str:
        """What tells these questions from others: their programs, words, pictures and answers."""
        digest = hashlib.sha256()
        for column in (self.encoded.graph, self.encoded.words, self.image, self.answer):
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()[:16]

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of the feature maps."""
        height, width = self.table.shape[-2:]
        return height, width


def load_split(
    interface: Interface,
    folder: Folder,
    split: str,
    model: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Split, Compiled]:
    """Read a split with its features.

    Rejected questions are left out and stand in the second result, whose accepted ones are let go. Raises CompileError
    where nothing is left, or a picture has no features.
    """
    target = answer_target(interface)
    maps = features.load(folder, split)
    path = folder.questions(split)
    checker = Checker(interface, interface.model(model))
    compiled = compile_programs(read_programs(path), checker, str(path), progress=progress)
    kept = [item for item in compiled.accepted if _usable(item, maps.rows, compiled, path)]
    if not kept:
        first = tuple(compiled.rejected[:3])
        raise CompileError([*first, Diagnostic("NMT605", "none of the questions can be used", place=str(path))])
    vocab = target.vocab
    assert vocab is not None
    made = Split(
        name=split,
        encoded=encode(((item.record.term, item.checked) for item in kept), Lowering(interface.bodies, log=True)),
        table=maps.table,
        image=np.array([maps.rows[item.record.columns["image"]] for item in kept], dtype=np.int64),
        answer=np.array([vocab.place(item.record.columns["answer"]) for item in kept], dtype=np.int64),
        listed=np.array([item.record.columns["answer"] in vocab.places for item in kept], dtype=np.bool_),
        depth=np.array([item.record.term.skeleton.depth for item in kept], dtype=np.int64),
        number=np.array([item.record.number for item in kept], dtype=np.int64),
        kind=tuple(item.record.term.skeleton.ops[-1] for item in kept),
        backbone=maps.backbone,
        answers=vocab.words or (),
    )
    compiled.accepted.clear()  # their texts are many times the size of the arrays
    return made, compiled


def bind_words(
    interface: Interface,
    folder: Folder,
    split: str,
    model: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Interface:
    """The interface with the words that a split brings to its vocabularies; itself where it waits for none.

    Raises CompileError where the split cannot be read, or the interface does not hold with these words.
    """
    if not unbound(interface):
        return interface
    path = folder.questions(split)
    checker = Checker(interface, interface.model(model))
    return bind_to(interface, compile_programs(read_programs(path), checker, str(path), progress=progress).accepted)


def _usable(item: Accepted, rows: Mapping[str, int], compiled: Compiled, path: Path) -> bool:
    """Whether a question has an answer and a picture; why not is added to what was rejected."""
    columns, number = item.record.columns, item.record.number
    if columns.get("answer") is None:
        compiled.rejected.append(Diagnostic("NMT403", "has no answer", place=f"{path}: question {number}"))
    elif columns.get("image") not in rows:
        message = f"its picture {columns.get('image')} has no features"
        compiled.rejected.append(
            Diagnostic(
                "NMT607",
                message,
                place=f"{path}: question {number}",
                help="put the picture into images/, then run nmt data features again",
            )
        )
    else:
        return True
    return False


def answer_target(interface: Interface) -> TargetSymbol:
    """The target that answers are compared with; raises CompileError where there is none that training knows."""
    for target in interface.targets.values():
        if (
            target.traces is None
            and target.vocab is not None
            and target.vocab.words is not None
            and not target.type.shape
        ):
            return target
    raise error(
        "NMT608",
        f"the interface {interface.package} has no target of words",
        help="add `target answer : ANSWER from dist[ANSWER] by nll`",
    )


def left_out(interface: Interface) -> list[str]:
    """What an interface asks for that end-to-end training does not look at: other targets."""
    answer = answer_target(interface)
    return [f"the target `{target.name}`" for target in interface.targets.values() if target is not answer]


def bind(interface: Interface, channels: int, height: int, width: int) -> dict[str, int]:
    """The sizes that the columns of a data set give to the dims of an interface's sources.

    `image` is (C, H, W), `cells` (2, H, W). Raises CompileError where a source has no column, or sizes disagree.
    """
    columns = {"image": (channels, height, width), "cells": (2, height, width)}
    sizes: dict[str, int] = {}
    for source in interface.sources.values():
        if source.name not in columns:
            raise error("NMT608", f"the data has no column `{source.name}`", help=f"there are {', '.join(columns)}")
        _bind_source(source, columns[source.name], sizes)
    return sizes


def _bind_source(source: SourceSymbol, shape: tuple[int, ...], sizes: dict[str, int]) -> None:
    if len(source.type.shape) != len(shape):
        raise error(
            "NMT603", f"the source `{source.name}` is {source.type}, the data has {len(shape)} dims: {list(shape)}"
        )
    for size, number in zip(source.type.shape, shape, strict=True):
        dim = size.dim
        known = None if dim is None else (dim.size or sizes.get(dim.name))
        if dim is None or (known is not None and known != number):
            raise error(
                "NMT603",
                f"{size} of the source `{source.name}` is {known}, but the data has {number}",
                help="dims are nominal: one name, one size",
            )
        sizes.setdefault(dim.name, number)


def cells(height: int, width: int) -> Tensor:
    """Where each cell lies, its middle: (1, 2, H, W), rows and columns in 0..1."""
    rows, columns = torch.meshgrid(
        (torch.arange(height) + 0.5) / height, (torch.arange(width) + 0.5) / width, indexing="ij"
    )
    return torch.stack([rows, columns]).unsqueeze(0)


def baseline(split: Split) -> float:
    """How often the most frequent answer of the last function is right. Answers that are not listed are never right."""
    counts: dict[str, Counter[int]] = {kind: Counter({0: 0}) for kind in split.kind}
    for kind, answer, listed in zip(split.kind, split.answer.tolist(), split.listed.tolist(), strict=True):
        counts[kind][answer] += listed
    return sum(max(counter.values()) for counter in counts.values()) / len(split)
