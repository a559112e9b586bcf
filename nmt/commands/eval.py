"""`nmt eval`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from nmt.terminal import progress, show, table


@click.command("eval")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--features", type=click.Path(path_type=Path), help="Where the features are  [default: DATA/features]")
@click.option("--split", default="val", show_default=True, help="The questions to answer.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.option("--threads", type=click.IntRange(1), help="Threads of torch  [default: all cores but one, which plans]")
@click.option("--device", "device_name", default="auto", show_default=True, help="cpu, cuda or auto.")
def command(
    run: Path, data: Path, features: Path | None, split: str, as_json: bool, threads: int | None, device_name: str
) -> None:
    """Accuracy of RUN on DATA: overall, by question type and by depth. Writes RUN/eval-SPLIT.json, .png and answers.

    Example: nmt eval runs/clevr CLEVR_v1.0 --split val
    """
    evaluation = evaluate_run(run, data, split, device_name, threads, features)
    if as_json:
        click.echo(json.dumps(evaluation.plain(), indent=2))
        return
    click.echo(tables(evaluation))
    click.echo(f"\nwritten: {run / f'eval-{split}.json'}, {run / f'eval-{split}.png'}")


def evaluate_run(
    run: Path,
    data: Path,
    split: str,
    device_name: str = "auto",
    threads: int | None = None,
    features: Path | None = None,
) -> Any:
    """What `nmt eval` does: an Evaluation, which is also written into the run folder."""
    from nmt.compiler.diagnostics import error
    from nmt.data.folder import Folder
    from nmt.devices import device, use_threads
    from nmt.trainer.batches import images_of
    from nmt.trainer.columns import bind, load_split
    from nmt.trainer.end_to_end import predict
    from nmt.trainer.evaluation import evaluate
    from nmt.trainer.figures import draw_evaluation
    from nmt.trainer.runs import Run, provenance, write_json

    use_threads(threads)
    place = device(device_name)
    opened = Run.open(run)
    if not os.access(run, os.W_OK):
        raise error("NMT610", "cannot be written to, and figures are written there", place=str(run))
    interface = opened.interface()
    with progress("read", "questions") as report:
        questions, compiled = load_split(
            interface,
            Folder(data, features),
            split,
            opened.about["interface"]["model"],
            progress=lambda count: report(count, 0),
        )
    show(compiled.rejected[:5])
    unlisted = int((~questions.listed).sum())
    if compiled.rejected:
        click.echo(f"{len(compiled.rejected):,} questions are left out (`nmt compile` lists them all)", err=True)
    if unlisted:
        click.echo(
            f"{unlisted:,} answers are no words of the vocabulary: whatever is said, they count as wrong", err=True
        )
    sizes = bind(interface, *questions.table.shape[1:])
    if sizes != opened.about["sizes"] or questions.backbone != opened.about["data"]["backbone"]:
        there, here = (
            f"{kind} {found}"
            for kind, found in ((opened.about["data"]["backbone"], opened.about["sizes"]), (questions.backbone, sizes))
        )
        raise error(
            "NMT603",
            f"the run was trained on features {there}, these are {here}",
            place=str(data),
            help="make features with the same --backbone and --size",
        )
    net = opened.network(interface).to(place)
    with progress("answer", "questions") as report:
        done = 0

        def more(count: int) -> None:
            nonlocal done
            done += count
            report(done, len(questions))

        which, right, said = predict(net, questions, images_of(questions), place, on_batch=more)
    evaluation = evaluate(questions, which, right)
    write_json(
        run / f"eval-{split}.json",
        {
            **provenance(),
            "data": str(data.resolve()),
            "rejected": len(compiled.rejected),
            "unlisted": unlisted,
            **evaluation.plain(),
        },
    )
    draw_evaluation(evaluation, run / f"eval-{split}.png", f"{interface.package} on {data.resolve().name}/{split}")
    answers = [
        {"question": int(number), "answer": questions.answers[given]}
        for number, given in zip(questions.number[which], said, strict=True)
    ]
    write_json(run / f"answers-{split}.json", sorted(answers, key=lambda one: one["question"]))
    return evaluation


def tables(evaluation: Any) -> str:
    """The figures for people."""

    def row(name: object, share: Any) -> list[str]:
        return [
            str(name),
            f"{share.count:,}",
            f"{100 * share.accuracy:.1f}",
            f"{100 * share.low:.1f}..{100 * share.high:.1f}",
        ]

    head = ["accuracy, %", "questions", "right", "95%"]
    overall = table(
        [
            row(evaluation.split, evaluation.overall),
            ["most frequent answer of the type", "", f"{100 * evaluation.baseline:.1f}", ""],
        ],
        head,
    )
    by_type = table([row(name, share) for name, share in evaluation.by_type.items()], ["question type", *head[1:]])
    by_depth = table([row(depth, share) for depth, share in evaluation.by_depth.items()], ["depth", *head[1:]])
    return f"{overall}\n\n{by_type}\n\n{by_depth}"
