"""`nmt demo`: the whole way once."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

STEPS = (
    (
        "Make scenes, pictures and questions",
        ["data", "micro-clevr", "{data}", "--scenes", "{scenes}", "--seed", "{seed}"],
    ),
    ("Turn pictures into features", ["data", "features", "{data}", "--backbone", "{backbone}"]),
    ("Check the interface", ["check", "clevr"]),
    ("Check every program against it", ["compile", "clevr", "{data}/questions/CLEVR_train_questions.json"]),
    ("See which module depends on which", ["plan", "clevr", "{data}/questions/CLEVR_train_questions.json"]),
    (
        "Train, from answers alone",
        [
            "train",
            "clevr",
            "{data}",
            "--out",
            "{run}",
            "--seed",
            "{seed}",
            "--epochs",
            "{epochs}",
            "--images",
            "{images}",
            "--lr",
            "{lr}",
        ],
    ),
    ("Answer questions about scenes never trained on", ["eval", "{run}", "{data}"]),
)


@click.command("demo")
@click.option(
    "--out", default="demo", show_default=True, type=click.Path(path_type=Path), help="Where everything goes."
)
@click.option(
    "--scenes", default=2000, show_default=True, type=click.IntRange(20), help="Pictures, a fifth of them for testing."
)
@click.option("--epochs", default=16, show_default=True, type=click.IntRange(1), help="Passes over the data.")
@click.option("--backbone", default="auto", show_default=True, help="As for `nmt data features`.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="Of all that is random.")
def command(out: Path, scenes: int, epochs: int, backbone: str, seed: int) -> None:
    """Run the whole way once on made data: scenes, features, check, compile, plan, train, eval, a report.

    Takes some minutes on two cores. Run again after an interruption, it goes on where it stopped.

    Example: nmt demo --out demo
    """
    from nmt.__main__ import cli
    from nmt.report import write_report

    start = time.monotonic()
    data, run = out / "micro-clevr", out / "run"
    out.mkdir(parents=True, exist_ok=True)
    values = {
        "data": str(data),
        "run": str(run),
        "scenes": scenes,
        "seed": seed,
        "epochs": epochs,
        "backbone": backbone,
        "images": 8,
        "lr": 0.002,
    }
    for number, (title, words) in enumerate(STEPS, 1):
        args = [word.format(**values) for word in words]
        click.secho(f"\n[{number}/{len(STEPS)}] {title}", bold=True)
        click.secho(f"$ nmt {' '.join(args)}", dim=True)
        if cli.main(args, prog_name="nmt", standalone_mode=False):
            raise click.ClickException(f"the step `{' '.join(args[:2])}` failed")
    minutes = (time.monotonic() - start) / 60
    report = write_report(out, data, run)
    figures = json.loads((run / "eval-val.json").read_text(encoding="utf-8"))
    click.secho(f"\nDone in {minutes:.1f} minutes.", bold=True)
    right, guess = figures["overall"]["accuracy"], figures["baseline"]
    click.echo(
        f"{right:.1%} of {figures['overall']['count']:,} questions about scenes never trained on are answered right;"
    )
    click.echo(f"always giving the most frequent answer of the last function: {guess:.1%}.")
    click.echo(f"The report: {report}")
