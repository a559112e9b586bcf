"""`nmt data`: made data, and features of images."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from nmt.compiler.diagnostics import error
from nmt.terminal import Report, progress


@click.group("data")
def command() -> None:
    """Make data, and features of images."""


@command.command("micro-clevr")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--scenes", default=1000, show_default=True, type=click.IntRange(2), help="Pictures, train and val together."
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="Of all that is random.")
@click.option("--questions", default=10, show_default=True, type=click.IntRange(1), help="Questions a picture.")
@click.option("--size", default="120x80", show_default=True, metavar="WxH", help="Of the pictures, in pixels.")
@click.option("--processes", default=None, type=click.IntRange(1), help="Default: one a core.")
def micro_clevr(out: Path, scenes: int, seed: int, questions: int, size: str, processes: int | None) -> None:
    """Make scenes, pictures and questions in the layout of CLEVR v1.0, four fifths of them for training.

    Example: nmt data micro-clevr micro --scenes 1000 --seed 0
    """
    make_micro_clevr(out, scenes, seed, questions, size, processes)


def make_micro_clevr(
    out: Path, scenes: int, seed: int, questions: int = 10, size: str = "120x80", processes: int | None = None
) -> None:
    """What `nmt data micro-clevr` does."""
    from nmt.data.micro_clevr import generate

    width, _, height = size.partition("x")
    sides = (int(width), int(height)) if width.isdecimal() and height.isdecimal() else (0, 0)
    if not (24 <= sides[0] <= 4000 and sides[1] <= sides[0] <= 2 * sides[1]):
        help_ = "write WIDTHxHEIGHT, as in 120x80: 24 to 4000 wide, and at least half as high, at most as high"
        raise click.BadParameter(help_, param_hint="--size")
    with _making(out) as report:
        made = generate(
            out,
            scenes=scenes,
            seed=seed,
            questions=questions,
            size=sides,
            processes=processes or os.cpu_count() or 1,
            progress=report,
        )
    for split, count in made.scenes.items():
        click.echo(f"{out}: {split}: {count:,} scenes, {made.questions[split]:,} questions")


@command.command("shapes")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--images", default=64, show_default=True, type=click.IntRange(2), help="Pictures of each question.")
@click.option(
    "--questions",
    default=120,
    show_default=True,
    type=click.IntRange(1, 724),
    help="Different questions to train on; no other split has one of them.",
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="Of all that is random.")
def shapes(out: Path, images: int, questions: int, seed: int) -> None:
    """Make a small SHAPES: pictures of 3x3 cells, queries and answers, in the files of the published one.

    Example: nmt data shapes shapes
    """
    from nmt.data.shapes.write import SPLITS, write_shapes

    with _making(out) as report:
        queries = {**SPLITS, "train.large": questions}
        made = write_shapes(out, images=images, queries=queries, seed=seed, progress=report)
    for split, count in made.pictures.items():
        click.echo(f"{out}: {split}: {made.queries[split]:,} questions of {count:,} pictures")


@command.command("vqa")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--pictures", default=400, show_default=True, type=click.IntRange(12), help="Of all subsets together.")
@click.option("--questions", default=5, show_default=True, type=click.IntRange(1), help="Questions a picture.")
@click.option("--v1", is_flag=True, help="Name the files as VQA v1 does.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="Of all that is random.")
def vqa(out: Path, pictures: int, questions: int, v1: bool, seed: int) -> None:
    """Make a small VQA: pictures of flat shapes, questions, ten annotators and layouts, in the published files.

    Example: nmt data vqa vqa --pictures 400
    """
    from nmt.data.vqa.make import write_vqa

    with _making(out) as report:
        made = write_vqa(out, pictures=pictures, asked=questions, seed=seed, version=1 if v1 else 2, progress=report)
    for subset, count in made.pictures.items():
        click.echo(f"{out}: {subset}: {count:,} pictures, {made.questions[subset]:,} questions")


@command.command("questions")
@click.argument("data", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--split", help="Of which split  [default: the one to train on]")
def questions(data: Path, out: Path, split: str | None) -> None:
    """Write the questions of VQA as text, one a line, for a parser. `select` and `test` stand in one file: val2014.

    Example: nmt data questions VQA train2014.txt
    """
    from nmt.data.sets import open_data
    from nmt.data.vqa import Vqa

    there = open_data(data)
    if not isinstance(there, Vqa):
        raise error("NMT601", f"is {there.name}, which has programs of its own", place=str(data))
    chosen = split or there.splits()[0]
    with out.open("w", encoding="utf-8", newline="\n") as file:
        count = 0
        for text in there.texts(chosen):
            file.write(f"{text}\n")
            count += 1
    click.echo(f"{out}: {count:,} questions of {there.place(chosen)}")


@contextmanager
def _making(out: Path) -> Iterator[Callable[[str, int, int], None]]:
    """Show how far each split has come; raises CompileError (NMT612) where `out` holds other data."""
    with _reports("draw", "done") as report:
        try:
            yield report
        except FileExistsError as fault:
            raise error(
                "NMT612", f"holds other data: {fault}", place=str(out), help="choose another folder, or remove this one"
            ) from None


@contextmanager
def _reports(title: str, unit: str) -> Iterator[Callable[[str, int, int], None]]:
    """A line of progress for each split, the first time that it is heard of."""
    with ExitStack() as stack:
        reports: dict[str, Report] = {}

        def report(split: str, done: int, total: int) -> None:
            if split not in reports:
                reports[split] = stack.enter_context(progress(f"{title} {split}", unit))
            reports[split](done, total)

        yield report


@command.command("features")
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Where to write them  [default: DATA/features]")
@click.option(
    "--backbone", default="auto", show_default=True, help="auto, efficientnet-lite0, patches, or a torchvision model."
)
@click.option("--weights", type=click.Path(path_type=Path), help="Weights of a torchvision model (.pth).")
@click.option("--layers", default="", metavar="A,B", help="Layers of a torchvision model  [default: layer2,layer3]")
@click.option(
    "--size",
    default="240x160",
    show_default=True,
    metavar="WxH",
    help="Pictures are brought to this size: a cell is 16x16.",
)
@click.option("--device", "device_name", default="auto", show_default=True, help="cpu, cuda or auto.")
def features(
    data: Path, out: Path | None, backbone: str, weights: Path | None, layers: str, size: str, device_name: str
) -> None:
    """Compute features of every picture of DATA: normalised, float16, mapped into memory. Goes on where it stopped.

    Example: nmt data features CLEVR_v1.0
    """
    make_features(data, out, backbone, weights, layers, size, device_name)


def make_features(
    data: Path,
    out: Path | None = None,
    backbone: str = "auto",
    weights: Path | None = None,
    layers: str = "",
    size: str = "240x160",
    device_name: str = "auto",
) -> None:
    """What `nmt data features` does."""
    from nmt.data.backbones import choose
    from nmt.data.features import extract, made_with
    from nmt.data.sets import open_data
    from nmt.devices import device

    width, _, height = size.partition("x")
    if (
        not (width.isdecimal() and height.isdecimal())
        or int(width) % 16
        or int(height) % 16
        or not int(width) * int(height)
    ):
        raise click.BadParameter("write WIDTHxHEIGHT, multiples of 16, as in 240x160", param_hint="--size")
    there = open_data(data, out)
    if not there.shelves():
        click.echo(f"{data}: {there.name} brings feature maps of its own: none are to be made")
        return
    place = device(device_name)
    chosen = choose(backbone, weights, tuple(filter(None, layers.split(","))), place)
    if backbone == "auto" and chosen.name == "patches":
        click.echo("raw patches: for features of a trained network, pip install 'ntypes[features]'", err=True)
    before = made_with(there)
    if before is not None and before != (chosen.name, (int(height), int(width))):
        click.echo(f"{there.features}: features of {before[0]} at {before[1][1]}x{before[1][0]} are replaced", err=True)
    with _reports("features", "pictures") as report:
        state = extract(there, chosen, place, report, (int(height), int(width)))
    counts = ", ".join(f"{split} {count:,}" for split, count in state["done"].items())
    click.echo(f"{there.features}: {chosen.name}, {'x'.join(map(str, state['shape']))} for each picture: {counts}")
