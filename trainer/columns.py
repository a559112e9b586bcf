"""What sources and targets bind to by name: columns of a data set, with sizes taken from the data."""

from __future__ import annotations

from collections.abc import Collection

import torch
from torch import Tensor

from nmt.compiler.check import Interface, SourceSymbol, TargetSymbol
from nmt.compiler.diagnostics import error
from nmt.compiler.network import varies
from nmt.compiler.skeletons import answer_target as held_to
from nmt.ntypes.domains import Interval

MADE = "cells"  # the column that any feature map brings along


def answer_target(interface: Interface) -> TargetSymbol:
    """The target that answers are compared with: one word, or one for each annotator.

    One that is called `answer` or `answers`, else the first. Raises CompileError where there is none that training
    knows.
    """
    first = held_to(interface)
    for target in [*([first] if first else []), *interface.targets.values()]:
        known = target.vocab is not None and target.vocab.words is not None
        if target.traces is None and known and len(target.type.shape) <= 1:
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


def bind(interface: Interface, columns: Collection[str], shape: tuple[int, ...]) -> dict[str, int]:
    """The sizes that a data set gives to the dims of an interface's sources.

    `columns` are those of the data set, `shape` (C, H, W) is that of its feature maps: `image` has it, `cells` has
    (2, H, W), and `words` differ in number. Raises CompileError where a source has no column, or sizes disagree.
    """
    shapes = {"image": shape, MADE: (2, *shape[1:])}
    known = [name for name in ("image", MADE, "words") if name in columns or (name == MADE and "image" in columns)]
    sizes: dict[str, int] = {}
    for source in interface.sources.values():
        if source.name not in known:
            raise error("NMT608", f"the data has no column `{source.name}`", help=f"there are {', '.join(known)}")
        if source.name in shapes:
            _bind_source(source, shapes[source.name], sizes)
        elif source.type.words is None or len(source.type.shape) != 1 or not varies(source.type.shape[0]):
            message = f"the source `{source.name}` is {source.type}, the data has words, more or fewer of them"
            raise error("NMT603", message, help=f"write `dim T varies` and `source {source.name} : WORD[T]`")
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


def rectified(interface: Interface) -> bool:
    """Whether the source `image` wants no number below 0, as features have before they are normalised."""
    image = interface.sources.get("image")
    return image is not None and isinstance(image.type.domain, Interval) and image.type.domain.low >= 0


def cells(height: int, width: int) -> Tensor:
    """Where each cell lies, its middle: (1, 2, H, W), rows and columns in 0..1."""
    rows, columns = torch.meshgrid(
        (torch.arange(height) + 0.5) / height, (torch.arange(width) + 0.5) / width, indexing="ij"
    )
    return torch.stack([rows, columns]).unsqueeze(0)
