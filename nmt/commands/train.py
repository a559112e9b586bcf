"""`nmt train`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nmt.loading import load_checked, model_of, parse_settings, parse_swaps
from nmt.questions import parse_programs, tell
from nmt.terminal import Report, progress


@click.command("train")
@click.argument("iface")
@click.argument("data", type=click.Path(path_type=Path))
@click.option(
    "--mode",
    type=click.Choice(["end-to-end"]),
    default="end-to-end",
    show_default=True,
    help="How modules are trained.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The run folder  [default: runs/IFACE]; a run that was stopped goes on.",
)
@click.option("--features", type=click.Path(path_type=Path), help="Where the features are  [default: DATA/features]")
@click.option("--split", help="The questions to train on  [default: the data's own, `train`]")
@click.option(
    "--programs",
    multiple=True,
    metavar="[SPLIT=]FILE",
    help="Programs in place of the data's own, of the split to train on or of another, such as that to select with.",
)
@click.option("--use", "swaps", multiple=True, metavar="OLD=NEW", help="Put one package in another's place.")
@click.option("--model", help="Which model of the interface (default: the first).")
@click.option("--impl", help="A Python module whose MODULES implement the signatures.")
@click.option("--set", "pairs", multiple=True, metavar="MODULE.SETTING=N", help="A setting of an implementation.")
@click.option("--epochs", default=16, show_default=True, type=click.IntRange(1), help="Passes over the data.")
@click.option(
    "--images",
    default=24,
    show_default=True,
    type=click.IntRange(1),
    help="Pictures a batch, with all their questions.",
)
@click.option(
    "--lr", default=2e-3, show_default=True, type=click.FloatRange(0, 10, min_open=True), help="Learning rate of Adam."
)
@click.option(
    "--weight-decay", default=0.0, show_default=True, type=click.FloatRange(0, 1), help="Weight decay of Adam."
)
@click.option(
    "--patience",
    default=10,
    show_default=True,
    type=click.IntRange(1),
    help="Epochs without a better selection before it stops.",
)
@click.option(
    "--contracts",
    type=click.Choice(["off", "boundary", "all"]),
    default="boundary",
    show_default=True,
    help="Which values are held to their types while it trains: none, those of sources and modules, all.",
)
@click.option("--depth", type=click.IntRange(0), help="Leave deeper programs out of training.")
@click.option(
    "--minutes", type=click.FloatRange(0, min_open=True), help="Stop after the epoch in which this time has passed."
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="Of all that is random.")
@click.option("--threads", type=click.IntRange(1), help="Threads of torch  [default: all cores but one, which plans]")
@click.option("--device", "device_name", default="auto", show_default=True, help="cpu, cuda or auto.")
def command(iface: str, data: Path, out: Path | None, **options: Any) -> None:
    """Train the network of IFACE on DATA: CLEVR, SHAPES or VQA, with features (`nmt data features`).

    Example: nmt train clevr CLEVR_v1.0 --out runs/clevr
    """
    run = out or Path("runs") / Path(iface).stem
    train(iface, data, run, **options)
    click.echo(f"trained: {run} (nmt eval {run} {data})")


def train(
    iface: str,
    data: Path,
    out: Path,
    *,
    split: str | None,
    swaps: tuple[str, ...],
    model: str | None,
    mode: str,
    **options: Any,
) -> None:
    """What `nmt train` does; the keywords are its options."""
    del mode  # end to end is the one there is
    interface = load_checked(iface, parse_swaps(swaps))
    model_of(interface, model)
    import torch

    from nmt.compiler.diagnostics import error
    from nmt.data.sets import open_data
    from nmt.devices import device, use_threads
    from nmt.stdlib.implement import network
    from nmt.trainer.columns import bind, left_out
    from nmt.trainer.end_to_end import Trainer
    from nmt.trainer.runs import Run
    from nmt.trainer.settings import Settings
    from nmt.trainer.splits import load_split
    from nmt.trainer.words import bind_words

    use_threads(options["threads"])
    place = device(options["device_name"])
    there = open_data(data, options["features"])
    split = split or there.splits()[0]
    selecting = there.selection if there.selection != split else None
    programs = parse_programs(options["programs"], split, [split, selecting])
    with progress("read", "questions") as report:

        def read(count: int) -> None:
            report(count, 0)

        interface = bind_words(interface, there, split, model, programs.get(split), read)
        questions, compiled = load_split(interface, there, split, model, programs.get(split), read)
    tell(compiled)
    selection = None
    if questions.truth is None:
        raise error("NMT605", f"the answers of `{split}` are not known: nothing can be learned", place=str(data))
    if selecting is None and (unknown := there.blind) is not None:
        click.echo(f"the answers of `{unknown}` are not known: training pictures are held out to select with", err=True)
    if selecting is not None:
        with progress(f"read {selecting}", "questions") as report:
            selection, more = load_split(interface, there, selecting, model, programs.get(selecting), read)
        tell(more)
    if left_out(interface):
        click.echo(f"not trained with yet: {', '.join(left_out(interface))}", err=True)
    sizes = bind(interface, there.columns, questions.shape)
    settings = Settings(
        modules=parse_settings(options["pairs"]),
        **{
            name: options[name]
            for name in ("epochs", "images", "lr", "weight_decay", "patience", "contracts", "depth", "seed", "impl")
        },
    )
    torch.manual_seed(settings.seed)
    net = network(interface, sizes, impl=settings.impl, settings=settings.modules).to(place)
    if not any(parameter.requires_grad for parameter in net.parameters()):
        raise error("NMT614", f"{interface.package} has no parameters: there is nothing to learn")
    about = {
        "split": split,
        "backbone": questions.maps.backbone,
        "questions": len(questions),
        "digest": questions.digest,
        **({} if selection is None else {"selection": {"split": selecting, "digest": selection.digest}}),
    }
    run = Run.start(out, interface, model, sizes, about, settings.plain(), folder=data)
    with progress("train", "steps") as report:
        trainer = Trainer(net, questions, run, settings, place, selection, *_reports(report, settings.epochs))
        state = trainer.train(None if options["minutes"] is None else 60 * options["minutes"])
    for label, seen in (trainer.last.get("soft") or {}).items():
        click.echo(
            f"soft {label}: {seen['broken']:.1%} of values break it, by {seen['excess']:.4g} on average over all"
        )
    minutes = state["seconds"] / 60
    of = "held-out training pictures" if selecting is None else f"the split `{selecting}`"
    best = f"{state['best']:.1%} on {of}"
    click.echo(f"epoch {state['best_epoch']} of {state['epoch']} was best: {best}; {minutes:.1f} minutes")


def _reports(report: Report, epochs: int) -> tuple[Any, Any]:
    seen = {"selection": "", "loss": 0.0}

    def step(epoch: int, done: int, steps: int, loss: float) -> None:
        seen["loss"] = loss
        report((epoch - 1) * steps + done, epochs * steps, f"loss {loss:.3f}{seen['selection']}")

    def epoch(line: dict[str, Any]) -> None:
        seen["selection"] = f", epoch {line['epoch']}: {line['selection']:.1%}"

    return step, epoch
