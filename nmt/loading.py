"""Interfaces by path or by name: `clevr` is the standard library's, `./clevr.nmt` one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from nmt.compiler.check import Interface, ModelSymbol, check
from nmt.compiler.diagnostics import CompileError, Diagnostic, error
from nmt.compiler.parse import read
from nmt.stdlib import FOLDER

MOST_NAMED = 8  # files of a folder


def find(name: str) -> Path:
    """The file of an interface; raises CompileError where there is none."""
    path = Path(name)
    if path.is_dir():
        raise error("NMT006", "is a folder", place=name, help=_inside(path))
    if path.suffix == ".nmt" or path.is_file():
        return path
    known = FOLDER.joinpath(*name.split(".")) if all(part.isidentifier() for part in name.split(".")) else FOLDER
    if known.with_suffix(".nmt").is_file():
        return known.with_suffix(".nmt")
    names = ", ".join(sorted(file.stem for file in FOLDER.glob("*.nmt")))
    beside = Path(f"{name}.nmt")
    help_ = f"did you mean {beside}?" if beside.is_file() else f"the library has {names}"
    raise error("NMT006", "is no file, and no interface of the standard library", place=name, help=help_)


def _inside(folder: Path) -> str:
    """The interfaces of a folder, as one would give them to a command; some, where there are many."""
    files = sorted(str(path) for path in folder.glob("*.nmt"))
    if not files:
        return "it has no .nmt files"
    more = f" and {len(files) - MOST_NAMED} more" if len(files) > MOST_NAMED else ""
    return f"name its files: {' '.join(files[:MOST_NAMED])}{more}"


def check_file(path: Path, swaps: Mapping[str, str] | None = None) -> tuple[Interface | None, tuple[Diagnostic, ...]]:
    """Check a file; packages are looked for beside it, one folder above, and in the standard library."""
    source = read(path)
    folder = path.resolve().parent
    # std/attention.nmt is the package std.attention: what it uses lies one folder above.
    return check(source, (folder, folder.parent, FOLDER), swaps)


def load_checked(name: str, swaps: Mapping[str, str] | None = None) -> Interface:
    """A checked interface by path or name; raises CompileError with all findings."""
    interface, findings = check_file(find(name), swaps)
    if interface is None:
        raise CompileError(findings)
    return interface


def model_of(interface: Interface, name: str | None) -> ModelSymbol | None:
    """A model by name, or the first, if the interface has any; raises CompileError for a name that it has not."""
    if name is not None and name not in interface.models:
        known = ", ".join(interface.models) or "none"
        raise error("NMT101", f"{interface.package} has no model `{name}`", help=f"it has {known}")
    return interface.model(name) if interface.models else None


def parse_swaps(pairs: Sequence[str]) -> dict[str, str]:
    """`std.typed=std.classic` -> the packages that are put in each other's place; raises CompileError."""
    swaps = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not (old and equals and new):
            raise error(
                "NMT114", f"`--use {pair}` swaps nothing", help="write --use OLD=NEW, as in --use std.typed=std.classic"
            )
        swaps[old] = new
    return swaps


def parse_settings(pairs: Sequence[str]) -> dict[str, dict[str, int | float]]:
    """`measure.hidden=100` -> settings by module; raises CompileError."""
    settings: dict[str, dict[str, int | float]] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        module, dot, key = name.partition(".")
        try:
            value = float(text)
        except ValueError:
            equals = ""
            value = 0.0
        if not (module and dot and key and equals):
            raise error(
                "NMT114",
                f"`--set {pair}` sets nothing",
                help="write --set MODULE.SETTING=NUMBER, as in --set measure.hidden=100",
            )
        settings.setdefault(module, {})[key] = int(value) if value.is_integer() and "." not in text else value
    return settings
