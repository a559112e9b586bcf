"""`nmt eval`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from nmt.questions import parse_programs, tell
from nmt.terminal import progress, table


@click.command("eval")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--features", type=click.Path(path_type=Path), help="Where the features are  [default: DATA/features]")
@click.option("--split", help="The questions to answer  [default: the data's own: `val` of CLEVR, `test` of VQA]")
@click.option("--programs", multiple=True, metavar="FILE", help="Programs in place of the data's own.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.option("--threads", type=click.IntRange(1), help="Threads of torch  [default: all cores but one, which plans]")
@click.option("--device", "device_name", default="auto", show_default=True, help="cpu, cuda or auto.")
def command(
    run: Path,
    data: Path,
    features: Path | None,
    split: str | None,
    programs: tuple[str, ...],
    as_json: bool,
    threads: int | None,
    device_name: str,
) -> None:
    """Accuracy of RUN on DATA: overall, by question type and by depth. Writes RUN/eval-SPLIT.json, .png and answers.

    Of VQA the answers are in the form of its results, {"question_id": ..., "answer": ...}, as the server takes them;
    those of a split without annotations are written and not compared.

    Example: nmt eval runs/clevr CLEVR_v1.0 --split val
    """
    split, evaluation = evaluate_run(run, data, split, device_name, threads, features, programs)
    if evaluation is None:
        click.echo(f"the answers of `{split}` are not known: nothing is compared", err=True)
        click.echo(f"written: {run / f'answers-{split}.json'}")
    elif as_json:
        click.echo(json.dumps(evaluation.plain(), indent=2))
    else:
        click.echo(tables(evaluation))
        click.echo(f"\nwritten: {run / f'eval-{split}.json'}, {run / f'eval-{split}.png'}")


def evaluate_run(
    run: Path,
    data: Path,
    split: str | None = None,
    device_name: str = "auto",
    threads: int | None = None,
    features: Path | None = None,
    programs: tuple[str, ...] = (),
) -> tuple[str, Any]:
    """What `nmt eval` does: the split, and an Evaluation, which is also written into the run folder.

    The latter is None where the answers are not known.
    """
    from nmt.compiler.diagnostics import error
    from nmt.data.sets import open_data
    from nmt.devices import device, use_threads
    from nmt.trainer.batches import images_of
    from nmt.trainer.columns import bind
    from nmt.trainer.end_to_end import predict
    from nmt.trainer.evaluation import evaluate
    from nmt.trainer.figures import draw_evaluation
    from nmt.trainer.runs import Run, provenance, write_json
    from nmt.trainer.splits import load_split

    use_threads(threads)
    place = device(device_name)
    opened = Run.open(run)
    if not os.access(run, os.W_OK):
        raise error("NMT610", "cannot be written to, and figures are written there", place=str(run))
    interface = opened.interface()
    there = open_data(data, features)
    split = split or there.evaluation
    named = parse_programs(programs, split, [split])
    with progress("read", "questions") as report:
        questions, compiled = load_split(
            interface,
            there,
            split,
            opened.about["interface"]["model"],
            named.get(split),
            progress=lambda count: report(count, 0),
        )
    tell(compiled)
    unlisted = 0 if questions.truth is None else questions.truth.unlisted
    if unlisted:
        click.echo(
            f"{unlisted:,} answers are no words of the vocabulary: whatever is said, they count as wrong", err=True
        )
    sizes = bind(interface, there.columns, questions.shape)
    if sizes != opened.about["sizes"] or questions.maps.backbone != opened.about["data"]["backbone"]:
        before, here = (
            f"{kind} {found}"
            for kind, found in (
                (opened.about["data"]["backbone"], opened.about["sizes"]),
                (questions.maps.backbone, sizes),
            )
        )
        raise error(
            "NMT603",
            f"the run was trained on features {before}, these are {here}",
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
    written = run / f"answers-{split}.json"
    write_json(written, answers(questions, which, said, there.metric))
    if compiled.rejected:
        click.echo(f"{written}: the {len(compiled.rejected):,} questions that are left out are not in it", err=True)
    if right is None:
        return split, None
    evaluation = evaluate(questions, which, right, said)
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
    return split, evaluation


def answers(questions: Any, which: Any, said: Any, metric: str) -> list[dict[str, Any]]:
    """The answers given, in the order of the questions: by their numbers, or in the form of VQA's results."""
    order = sorted(range(len(which)), key=lambda at: questions.number[which[at]])
    if metric == "vqa":
        return [{"question_id": questions.ids[which[at]], "answer": questions.answers[said[at]]} for at in order]
    return [{"question": int(questions.number[which[at]]), "answer": questions.answers[said[at]]} for at in order]


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
            *(row(f"{evaluation.split}, {name}", share) for name, share in evaluation.others.items()),
            ["most frequent answer of the type", "", f"{100 * evaluation.baseline:.1f}", ""],
        ],
        head,
    )
    by_type = table([row(name, share) for name, share in evaluation.by_type.items()], ["question type", *head[1:]])
    by_depth = table([row(depth, share) for depth, share in evaluation.by_depth.items()], ["depth", *head[1:]])
    return f"{overall}\n\n{by_type}\n\n{by_depth}"
