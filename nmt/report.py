"""A short report of a run: figures, tables, some questions with their pictures, and what `find` sees."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image

from nmt.compiler.backends.rows import Rows
from nmt.compiler.graph import CallModule
from nmt.data import features
from nmt.data.folder import Folder
from nmt.trainer.figures import draw_history
from nmt.trainer.runs import Run

SHOWN = 6  # questions
WORDS = ("thing", "purple", "green", "sphere", "cube", "large", "metal")

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }}
img {{ max-width: 100%; }} code {{ background: #f3f3f3; padding: .1em .3em; }}
table {{ border-collapse: collapse; margin: 1rem 0; }} td, th {{ padding: .2rem .8rem; text-align: right; }}
td:first-child, th:first-child {{ text-align: left; }} tr + tr {{ border-top: 1px solid #ddd; }}
.small {{ color: #666; font-size: .85rem; }}
</style></head><body>
<h1>{title}</h1>
<p>{summary}</p>
<h2>By question type and by depth</h2><img src="{evaluation}" alt="accuracy by question type and by depth">
<h2>The course of training</h2><img src="history.png" alt="loss and accuracy over time">
<h2>Some questions</h2><img src="questions.png" alt="pictures with questions and answers">
<h2>What <code>find</code> sees</h2>
<p>Nobody told the network where things are: it was trained from answers alone. Each map is a value of the type
<code>mask</code>, numbers in 0..1.</p>
<img src="masks.png" alt="masks of some words over pictures">
<h2>Accuracy by type</h2>{table}
<p class="small">{provenance}</p>
</body></html>
"""


def write_report(out: Path, data: Path, run_path: Path, split: str = "val") -> Path:
    """Write `report.html` and its figures into `out`; the run has been evaluated on the split."""
    run = Run.open(run_path)
    about = json.loads((run_path / f"eval-{split}.json").read_text(encoding="utf-8"))
    package = run.about["interface"]["package"]
    draw_history(run.history(), out / "history.png", f"{package}: {run.about['data']['questions']:,} questions")
    _draw_questions(Folder(data), run_path, split, out / "questions.png")
    _draw_masks(Folder(data), run, split, out / "masks.png")
    overall = about["overall"]
    summary = (
        f"{overall['accuracy']:.1%} of {overall['count']:,} questions about scenes never trained on are answered right "
        f"({overall['low']:.1%} to {overall['high']:.1%} with 95% confidence). Always giving the most frequent answer "
        f"of the last function of the program would be right for {about['baseline']:.1%}."
    )
    rows = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{part['count']:,}</td><td>{part['accuracy']:.1%}</td>"
        f"<td>{part['low']:.1%} to {part['high']:.1%}</td></tr>"
        for name, part in about["by_type"].items()
    )
    made = f"Seed {run.about['settings']['seed']}; {about['time']}; versions: {about['versions']}"
    page = PAGE.format(
        title=f"{package} on made scenes",
        summary=summary,
        evaluation=(run_path / f"eval-{split}.png").relative_to(out),
        table=f"<table><tr><th>type</th><th>questions</th><th>right</th><th>95%</th></tr>{rows}</table>",
        provenance=html.escape(f"{made}; trained by: {' '.join(run.about['command'])}"),
    )
    path = out / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


def _draw_questions(folder: Folder, run: Path, split: str, path: Path) -> None:
    """Some pictures with a question each, the answer given, and the right one."""
    questions: list[dict[str, Any]] = json.loads(folder.questions(split).read_text(encoding="utf-8"))["questions"]
    given = {
        one["question"]: one["answer"]
        for one in json.loads((run / f"answers-{split}.json").read_text(encoding="utf-8"))
    }
    step = max(1, len(questions) // SHOWN)
    chosen = [number for number in range(step // 2, len(questions), step) if number in given][:SHOWN]
    figure = Figure(figsize=(12, 7.6), layout="constrained")
    for axes, number in zip(figure.subplots(2, (len(chosen) + 1) // 2).flat, chosen, strict=False):
        question = questions[number]
        with Image.open(folder.path / "images" / split / question["image_filename"]) as picture:
            axes.imshow(np.asarray(picture.convert("RGB")))
        right = given[number] == question["answer"]
        said = f"answer: {given[number]}" + ("" if right else f", but it is {question['answer']}")
        axes.set_title(f"{_wrapped(question['question'])}\n{said}", fontsize=8.5, color="black" if right else "#b03020")
        axes.axis("off")
    figure.savefig(path, dpi=110)


def _wrapped(text: str, width: int = 58) -> str:
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) >= width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


def _draw_masks(folder: Folder, run: Run, split: str, path: Path, pictures: int = 3) -> None:
    """What `find` gives for some words and pictures."""
    interface = run.interface()
    net = run.network(interface).eval()
    signature = interface.modules["find"].signature
    vocab = signature.words
    assert vocab is not None
    words = [word for word in WORDS if word in vocab.places]
    maps = features.load(folder, split)
    names = list(maps.rows)[:: max(1, len(maps.rows) // pictures)][:pictures]
    figure = Figure(figsize=(13, 1.45 * len(names) + 0.4), layout="constrained")
    grid = figure.subplots(len(names), len(words) + 1, squeeze=False)
    for number, (line, name) in enumerate(zip(grid, names, strict=True)):
        table = torch.from_numpy(maps.table[maps.rows[name]][None].astype(np.float32))
        index = np.zeros(len(words), dtype=np.int64)
        rows = Rows(table, torch.from_numpy(index), index)
        with torch.inference_mode():
            instances = torch.tensor([vocab.places[word] for word in words])
            masks = net.call(CallModule((signature.package, "find")), instances, [rows]).numpy()
        with Image.open(folder.path / "images" / split / name) as picture:
            line[0].imshow(np.asarray(picture.convert("RGB")))
        for axes, word, mask in zip(line[1:], words, masks, strict=True):
            axes.imshow(mask, vmin=0, vmax=1, cmap="magma")
            axes.set_title(f"find[{word}]" if number == 0 else "", fontsize=9)
        for axes in line:
            axes.axis("off")
    figure.savefig(path, dpi=110)
