"""Features of a data set's images: float16, normalised, in files that map into memory.

`features/SPLIT.npy` holds (images, C, H, W), and `features/features.json` what they were made with, and how far each
split has come: a run that was cut off goes on where it stopped. Every channel has mean 0 and deviation 1 over a sample
of the first split (`train`), whose figures the other splits share.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from attrs import frozen
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from nmt.compiler.diagnostics import error

from .backbones import Backbone

if TYPE_CHECKING:
    from .sets import DataSet

SAMPLE = 256  # images from which the normalisation is taken
BATCH = 16
SIZE = (160, 240)  # height and width that pictures are brought to: a grid of 10x15

Progress = Callable[[str, int, int], None]
Table: TypeAlias = np.memmap[Any, np.dtype[np.float16]]


@frozen(eq=False)
class Features:
    """Features of a split: `table` (images, C, H, W) float16, and the row of each picture by its name.

    `table + zero`, with `zero` (C,) float32, is scaled but not shifted: what was 0 before the normalisation is 0.
    None: the table was never shifted.
    """

    table: npt.NDArray[np.float16]
    rows: dict[str, int]
    backbone: str
    zero: npt.NDArray[np.float32] | None = None


def extract(
    data: DataSet, backbone: Backbone, device: torch.device, progress: Progress, size: tuple[int, int] = SIZE
) -> dict[str, Any]:
    """Compute the features of every shelf of pictures, and return what `features.json` says.

    Raises CompileError for a picture that cannot be read, and OSError where the disk is full; what was done stays.
    """
    shelves = data.shelves()
    data.features.mkdir(parents=True, exist_ok=True)
    state_path = data.features / "features.json"
    state = _state(state_path, backbone, size)
    for shelf in shelves:
        images = data.images(shelf)
        if not images:
            raise error("NMT601", f"the split `{shelf}` has no pictures", place=str(data.path))
        if "mean" not in state:
            state |= _normalisation(images, backbone, device, size)
            _write(state_path, state)
        _shelf(data, shelf, images, backbone, device, state, state_path, progress)
    return state


def _state(path: Path, backbone: Backbone, size: tuple[int, int]) -> dict[str, Any]:
    """What an earlier run has left, where it was made in the same way."""
    kept = _read_state(path)
    if kept is not None and kept["backbone"] == backbone.name and kept["size"] == list(size):
        return kept
    return {"backbone": backbone.name, "size": list(size), "done": {}, "images": {}}


def _read_state(path: Path) -> dict[str, Any] | None:
    """What `features.json` says; None where it is missing or damaged."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        whole = isinstance(kept["backbone"], str) and len(kept["size"]) == 2
        whole = whole and all(isinstance(kept["done"][split], int) for split in kept["images"])
        measured = not kept["images"] and "mean" not in kept  # else the figures of the normalisation are there
        whole = whole and (measured or len(kept["mean"]) == len(kept["deviation"]) == kept["shape"][0])
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    return kept if whole else None


def made_with(data: DataSet) -> tuple[str, tuple[int, int]] | None:
    """The backbone and the size (height, width) of the features that are there; None for none."""
    kept = _read_state(data.features / "features.json")
    return None if kept is None or not kept["images"] else (kept["backbone"], (kept["size"][0], kept["size"][1]))


def _write(path: Path, state: dict[str, Any]) -> None:
    beside = path.with_suffix(".partial")
    beside.write_text(json.dumps(state), encoding="utf-8")
    beside.replace(path)


def _normalisation(
    images: list[Path], backbone: Backbone, device: torch.device, size: tuple[int, int]
) -> dict[str, Any]:
    chosen = images[:: max(1, len(images) // SAMPLE)][:SAMPLE]
    total, squares = torch.zeros((), dtype=torch.float64), torch.zeros((), dtype=torch.float64)
    count, shape = 0, torch.Size()
    for at in range(0, len(chosen), BATCH):
        maps = _run(backbone, chosen[at : at + BATCH], device, size).double()
        total = total + maps.sum((0, 2, 3))
        squares = squares + (maps**2).sum((0, 2, 3))
        count += maps.shape[0] * maps.shape[2] * maps.shape[3]
        shape = maps.shape[1:]
    mean = total / count
    deviation = (squares / count - mean**2).clamp(min=0).sqrt() + 1e-3
    return {"mean": mean.tolist(), "deviation": deviation.tolist(), "shape": list(shape)}


def _shelf(
    data: DataSet,
    shelf: str,
    images: list[Path],
    backbone: Backbone,
    device: torch.device,
    state: dict[str, Any],
    state_path: Path,
    progress: Progress,
) -> None:
    names = [path.name for path in images]
    path, shape = data.features / f"{shelf}.npy", (len(images), *state["shape"])
    table = _kept(path, shape, "r+") if state["images"].get(shelf) == names else None
    if table is None:  # there are none, or they are of other pictures, or damaged
        state["done"][shelf], state["images"][shelf] = 0, names
        table = _create(path, shape)
    done: int = state["done"][shelf]
    progress(shelf, done, len(images))
    mean = torch.tensor(state["mean"], device=device).view(-1, 1, 1)
    deviation = torch.tensor(state["deviation"], device=device).view(-1, 1, 1)
    for at in range(done, len(images), BATCH):
        maps = (_run(backbone, images[at : at + BATCH], device, size=tuple(state["size"])) - mean) / deviation
        table[at : at + len(maps)] = maps.clamp(-1e4, 1e4).half().cpu().numpy()
        state["done"][shelf] = at + len(maps)
        if (at // BATCH) % 8 == 7:
            table.flush()
            _write(state_path, state)
        progress(shelf, state["done"][shelf], len(images))
    table.flush()
    _write(state_path, state)


def _kept(path: Path, shape: tuple[int, ...], mode: Literal["r", "r+"]) -> Table | None:
    """The table that is there, if it is one of this shape."""
    try:
        table: Table = np.lib.format.open_memmap(path, mode=mode)
    except (OSError, ValueError):
        return None
    return table if table.shape == shape and table.dtype == np.float16 else None


def _create(path: Path, shape: tuple[int, ...]) -> Table:
    made: Table = np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=shape)
    if hasattr(os, "posix_fallocate"):
        # A mapped file with holes ends in a bus error on a full disk: take all its room at once, and say so here.
        try:
            with path.open("r+b") as file:
                os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
        except OSError as fault:
            path.unlink()
            needed = f"the features need {2 * int(np.prod(shape)) / 1e6:,.0f} MB: {fault.strerror}"
            raise error(
                "NMT604", needed, place=str(path), help="free some space, then run it again: what is done stays"
            ) from None
    return made


def _run(backbone: Backbone, images: list[Path], device: torch.device, size: tuple[int, ...]) -> Tensor:
    pictures = np.stack([_picture(path, size) for path in images])
    # (N, H, W, 3) seen as (N, 3, H, W): channels last, which convolutions are fastest with.
    tensor = torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float() / 255
    with torch.inference_mode():
        return backbone.run(tensor).float()


def _picture(path: Path, size: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    try:
        with Image.open(path) as image:
            picture = _eight_bits(image).convert("RGB")
            if picture.size != (size[1], size[0]):
                picture = picture.resize((size[1], size[0]), Image.Resampling.BILINEAR)
            return np.asarray(picture)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as fault:
        raise error(
            "NMT607",
            f"is no picture that can be read: {fault}",
            place=str(path),
            help="make or fetch it again, then run this again",
        ) from None


def _eight_bits(image: Image.Image) -> Image.Image:
    """A picture of 16 bits a pixel in 8: a plain conversion would clip it to white."""
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)) if image.mode.startswith("I") else image


def load(data: DataSet, shelf: str) -> Features:
    """The features of a shelf, mapped into memory. Raises CompileError where they are missing or do not fit."""
    again = f"nmt data features {data.path}" + (f" --out {data.apart}" if data.apart else "")
    state = _read_state(data.features / "features.json")
    if state is None or shelf not in state["images"]:
        missing = f"has no features of the split `{shelf}`"
        if shelf not in data.shelves():
            known = f"there are {', '.join(data.shelves())}"
            raise error("NMT601", f"has no split `{shelf}`", place=str(data.path), help=known)
        raise error("NMT601", missing, place=str(data.path), help=again)
    names, done = state["images"][shelf], state["done"][shelf]
    if done < len(names):
        half = f"the features of `{shelf}` are half done: {done} of {len(names)} images"
        raise error("NMT601", half, place=str(data.path), help=f"{again} goes on")
    path, shape = data.features / f"{shelf}.npy", (len(names), *state.get("shape", ()))
    table = _kept(path, shape, "r")
    if table is None:
        wrong = f"is missing or damaged: {list(shape)} numbers of float16 were expected"
        raise error("NMT603", wrong, place=str(path), help=f"{again} makes it again")
    zero = np.array(state["mean"]) / np.array(state["deviation"])
    return Features(table, {name: row for row, name in enumerate(names)}, state["backbone"], zero.astype(np.float32))
