"""Run folders: all that a trained network needs to be used again, and how it was made.

    run.json              command, seed, versions, time, interface, data, sizes, settings
    interface/            the text of each package, as it was
    history.jsonl         a line an epoch
    best.safetensors      the weights that did best on the selection images
    last-N.safetensors    weights and optimizer after epoch N, with state.json: from here a run goes on

Every file is written beside its place and then moved there. No pickle is written or read.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import safetensors
import torch
from attrs import define
from safetensors.torch import load_file, save_file
from torch import Tensor

from nmt.compiler.check import Interface, check
from nmt.compiler.diagnostics import CompileError, error
from nmt.compiler.network import Network
from nmt.compiler.parse import read
from nmt.stdlib.implement import network

# What `run.json` must say for the run to be used again.
PARTS = {
    "interface": ("package", "hash", "model", "use", "words"),
    "data": ("backbone",),
    "sizes": (),
    "settings": ("seed",),
}
REPAIR = "bring it back as it was, or train again"


def provenance() -> dict[str, Any]:
    """What made a result: command, time, versions, machine."""

    def known(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "from a checkout"

    return {
        "command": ["nmt", *sys.argv[1:]],
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            "python": platform.python_version(),
            **{name: known(name) for name in ("ntypes", "torch", "numpy", "lark")},
        },
        "machine": {"system": platform.system(), "processor": platform.machine(), "threads": torch.get_num_threads()},
    }


def write_json(path: Path, value: Any) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(path.name + ".partial")
    beside.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    beside.replace(path)


def write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write tensors whole or not at all."""
    beside = path.with_name(path.name + ".partial")
    save_file({name: tensor.detach().contiguous().cpu() for name, tensor in tensors.items()}, beside)
    beside.replace(path)


@define
class Run:
    """A run folder. `about` is what `run.json` says."""

    path: Path
    about: dict[str, Any]

    @classmethod
    def start(
        cls,
        path: Path,
        interface: Interface,
        model: str | None,
        sizes: Mapping[str, int],
        data: Mapping[str, Any],
        settings: Mapping[str, Any],
        *,
        folder: Path,
    ) -> Run:
        """Open a folder for a run: a new one, or one of the same interface, data and settings, which then goes on.

        Raises CompileError for a folder that holds another run.
        """
        wanted = {
            "interface": {
                "package": interface.package,
                "hash": interface.hash,
                "model": model,
                "use": dict(interface.swaps),
                "words": {name: list(words) for name, words in interface.files},  # of vocabularies from files
            },
            "data": dict(data),
            "sizes": dict(sizes),
            "settings": dict(settings),
        }
        if (path / "run.json").exists():
            run = cls.open(path)
            _same_words(path, run.about["interface"]["words"], wanted["interface"]["words"])
            for part, name in (
                ("interface", "another interface"),
                ("data", "other data"),
                ("sizes", "features of another size"),
                ("settings", "other settings"),
            ):
                there = _compared(run.about.get(part))
                if there != _compared(wanted[part]):
                    what = f"holds a run of {name}: {_differs(there, _compared(wanted[part]))}"
                    raise error(
                        "NMT609", what, place=str(path), help="choose another folder with --out, or remove this one"
                    )
            return run
        path.mkdir(parents=True, exist_ok=True)
        (path / "interface").mkdir(exist_ok=True)
        for name, source in interface.texts.items():
            (path / "interface" / f"{name}.nmt").write_text(source.text, encoding="utf-8")
        about = {**wanted, "folder": str(folder.resolve()), **provenance()}
        write_json(path / "run.json", about)
        return cls(path, about)

    @classmethod
    def open(cls, path: Path) -> Run:
        """A run that is there. Raises CompileError where it is none."""
        try:
            about = json.loads((path / "run.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            help_ = "`nmt train IFACE DATA --out RUN` makes one"
            raise error("NMT609", "is no run folder: run.json is missing", place=str(path), help=help_) from None
        except (OSError, ValueError) as fault:
            raise error("NMT609", f"cannot be read: {fault}", place=str(path / "run.json"), help=REPAIR) from None
        for part, keys in PARTS.items():
            there = about.get(part) if isinstance(about, dict) else None
            lacking = next((key for key in keys if not isinstance(there, dict) or key not in there), None)
            if lacking is not None or not isinstance(there, dict):
                what = f"has no `{part}{f'.{lacking}' if lacking else ''}`"
                raise error("NMT609", what, place=str(path / "run.json"), help=REPAIR)
        return cls(path, about)

    def interface(self) -> Interface:
        """The interface of the run, from the texts that it keeps."""
        about = self.about["interface"]
        texts = {file.stem: read(file) for file in sorted((self.path / "interface").glob("*.nmt"))}
        main = texts.get(about["package"])
        if main is None:
            raise error("NMT609", f"the text of {about['package']} is missing", place=str(self.path / "interface"))
        words = {name: tuple(of) for name, of in about["words"].items()}
        interface, findings = check(main, (), about["use"], texts, words)
        if interface is None:
            raise CompileError(findings)
        if interface.hash != about["hash"]:
            raise error(
                "NMT609",
                "its interface was changed after training",
                place=str(self.path),
                help="train again, or bring interface/ back as it was",
            )
        return interface

    def network(self, interface: Interface, weights: str = "best.safetensors") -> Network:
        """The trained network. Raises CompileError where the weights are missing or of another interface."""
        settings = self.about["settings"]
        net = network(interface, self.about["sizes"], impl=settings.get("impl"), settings=settings.get("modules"))
        path = self.path / weights
        try:
            tensors = load_file(path)
            net.implementations.load_state_dict(tensors)
        except FileNotFoundError:
            help_ = "a run has weights after its first epoch: train on, or train again where the file was lost"
            raise error("NMT609", "has no weights yet", place=str(path), help=help_) from None
        except (OSError, RuntimeError, safetensors.SafetensorError):
            what = "is damaged, or holds weights of another network"
            raise error("NMT609", what, place=str(path), help=REPAIR) from None
        return net

    # -- checkpoints

    def save(self, state: Mapping[str, Any], net: Network, optimizer: torch.optim.Optimizer, *, best: bool) -> None:
        """Keep everything that the run goes on from after an epoch."""
        weights = net.implementations.state_dict()
        if best:
            write_tensors(self.path / "best.safetensors", weights)
        name = f"last-{state['epoch']}.safetensors"
        tensors = {f"weight/{key}": value for key, value in weights.items()}
        for number, entry in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer/{number}/{key}": torch.as_tensor(value) for key, value in entry.items()}
        write_tensors(self.path / name, tensors)
        write_json(self.path / "state.json", state)
        for old in self.path.glob("last-*.safetensors"):
            if old.name != name:
                old.unlink()

    def resume(self, net: Network, optimizer: torch.optim.Optimizer) -> dict[str, Any] | None:
        """Go back to the last checkpoint; None where there is none."""
        path = self.path / "state.json"
        if not path.exists():
            return None
        try:
            state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            {name: float(state[name]) for name in ("epoch", "best", "best_epoch", "seconds")}
            tensors = load_file(self.path / f"last-{int(state['epoch'])}.safetensors")
            weights = {key[7:]: value for key, value in tensors.items() if key.startswith("weight/")}
            net.implementations.load_state_dict(weights)
            entries: dict[int, dict[str, Tensor]] = {}
            for key, value in tensors.items():
                if key.startswith("optimizer/"):
                    _, number, name = key.split("/")
                    entries.setdefault(int(number), {})[name] = value
            optimizer.load_state_dict({**optimizer.state_dict(), "state": entries})
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, safetensors.SafetensorError):
            what = "the checkpoint is damaged, or its file last-N.safetensors is"
            help_ = "remove state.json to begin anew; best.safetensors, if it is there, can still be evaluated"
            raise error("NMT609", what, place=str(path), help=help_) from None
        return state

    def log(self, line: Mapping[str, Any]) -> None:
        """Add a line to the history."""
        with (self.path / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def history(self) -> list[dict[str, Any]]:
        """The lines of the history; of an epoch that was run twice, the later."""
        path = self.path / "history.jsonl"
        found: dict[int, dict[str, Any]] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
            # A machine that lost power may leave half a line.
            with contextlib.suppress(ValueError, KeyError, TypeError):
                one = json.loads(line)
                found[one["epoch"]] = one
        return list(found.values())


def _compared(part: Any) -> Any:
    """A part of `run.json` without what changes no weights."""
    return {key: value for key, value in part.items() if key != "contracts"} if isinstance(part, dict) else part


def _same_words(path: Path, there: Mapping[str, Sequence[str]], wanted: Mapping[str, Sequence[str]]) -> None:
    """Raise CompileError where the data brings other words than those of the run."""
    for name, words in wanted.items():
        if name in there and list(there[name]) != list(words):
            other = next((word for word in words if word not in there[name]), None) or "in another order"
            what = f"holds a run with other words of {name}: the data now has {len(words)}, among them {other}"
            raise error("NMT609", what, place=str(path), help="choose another folder with --out, or remove this one")


def _differs(there: Any, wanted: Any) -> str:
    if not isinstance(there, dict):
        return "it is of an older form"
    name = next(key for key in {**wanted, **there} if there.get(key) != wanted.get(key))
    return f"{name} is {there.get(name)}, not {wanted.get(name)}"
