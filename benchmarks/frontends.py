"""Files of programs are read and checked fast, and in memory that does not grow with the file.

    python benchmarks/frontends.py DATA [--count 700000] [--only TEXT] [--out FILE]

DATA is a folder that holds, at any depth, CLEVR questions with programs (`CLEVR_*_questions.json`, the largest is
taken) and a file of layouts (`*.sps2`). Rates are of processor seconds of one process, garbage collection and all, the
best of some runs; beside them stands how many records a second `json.load` gives of the same bytes in the same run,
since machines differ. The large file is made of the real one in a temporary folder (--folder; 1.2 KB a program): its
copies have other pictures and, by turns, their attributes exchanged, so that skeletons come in tens of thousands.
`nmt compile --out` then runs in a process of its own, on one core: its processor seconds are judged, since the clock
also shows what else the machine does. Stanford's text is a small sample, repeated.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import msgspec
from record import record, verdict

from nmt.compiler.compiled import compile_programs
from nmt.compiler.encode import encode_file
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.formats import read_programs
from nmt.compiler.frontends.parses import read_parses
from nmt.compiler.lower import Lowering
from nmt.compiler.programs import Checked, Checker
from nmt.compiler.programs_file.file import ProgramsFile
from nmt.compiler.terms import Record
from nmt.loading import load_checked

RUNS = 5
QUESTIONS, LINES, GRAPHS, ARRAYS = 25_000, 100_000, 50_000, 200_000  # a second, at the least
SECONDS, MEMORY = 30.0, 500.0  # for 700,000 programs, at the most; MB
GROWTH = 64.0  # bytes of memory that a program may add where no skeleton is new: one in ten names a new picture
ATTRIBUTES = ("color", "material", "shape", "size")
SAMPLE = """\
What color is the cube behind the large sphere ?

det(color-2, What-1)
root(ROOT-0, color-2)
cop(color-2, is-3)
det(cube-5, the-4)
nsubj(color-2, cube-5)
case(sphere-9, behind-6)
det(sphere-9, the-7)
amod(sphere-9, large-8)
nmod:behind(cube-5, sphere-9)
punct(color-2, ?-10)

Is there a red dog on the bench ?

root(ROOT-0, Is-1)
expl(Is-1, there-2)
det(dog-5, a-3)
amod(dog-5, red-4)
nsubj(Is-1, dog-5)
case(bench-8, on-6)
det(bench-8, the-7)
nmod:on(dog-5, bench-8)
punct(Is-1, ?-9)

"""


def rates(work: Callable[[], int]) -> dict[str, float]:
    """Records a second of processor time: the best and the median of some runs."""
    found = []
    for _ in range(RUNS):
        gc.collect()
        start = time.process_time()
        count = work()
        found.append(count / (time.process_time() - start))
    return {"best": max(found), "median": median(found)}


def clevr(path: Path) -> dict[str, float]:
    """From the file to the number of each program's graph and of its words, everything checked."""
    interface = load_checked("clevr")

    def work() -> int:
        graphs: dict[int, int] = {}
        numbers: list[int] = []
        words: list[int] = []

        def accept(program: Record, checked: Checked) -> None:
            numbers.append(graphs.setdefault(id(checked.graph), len(graphs)))
            words.extend(vocab.places[word] for (vocab, _), word in zip(checked.slots, program.term.words, strict=True))

        made = compile_programs(read_programs(path), Checker(interface, interface.model()), keep=False, accept=accept)
        assert made.count == made.read == len(numbers)
        return made.read

    def plain() -> int:
        with path.open("rb") as file:
            return len(json.load(file)["questions"])

    return {**rates(work), "json_load": rates(plain)["best"]}


def lines(path: Path) -> dict[str, float]:
    """Lines to terms."""
    return rates(lambda: sum(isinstance(one, Record) for one in read_programs(path, "sps2")))


def stanford(folder: Path) -> dict[str, float]:
    """Sentences to graphs."""
    path = folder / "stanford.txt"
    path.write_text(SAMPLE * 10_000, encoding="utf-8")
    return rates(lambda: sum(1 for _ in read_parses(Input.of(path), "stanford")))


def grown(source: Path, path: Path, count: int) -> None:
    """Write so many questions made of real ones, one by one."""
    questions: list[dict[str, Any]] = json.loads(source.read_bytes())["questions"]
    images = 1 + max(one["image_index"] for one in questions)
    turns = [dict(zip(ATTRIBUTES, order, strict=True)) for order in itertools.permutations(ATTRIBUTES)]
    with path.open("wb") as file:
        file.write(b'{"info": {}, "questions": [')
        for at in range(count):
            copy, place = divmod(at, len(questions))
            one = _copied(questions[place], copy, turns[copy % 5], images)
            file.write((b"" if at == 0 else b",\n") + msgspec.json.encode(one | {"question_index": at}))
        file.write(b"]}")


def _copied(question: dict[str, Any], copy: int, turn: dict[str, str], images: int) -> dict[str, Any]:
    """A question of another picture, in which another attribute stands for each."""
    words = {
        "color": "red",
        "material": "metal",
        "shape": "cube",
        "size": "large",
    }
    nodes = []
    for node in question["program"]:
        before, _, attribute = node["function"].rpartition("_")
        if copy and before == "filter":
            new = turn[attribute]
            value = node["value_inputs"] if new == attribute else [words[new]]
            nodes.append(node | {"function": f"filter_{new}", "value_inputs": value})
        else:
            nodes.append(node)
    image = question["image_index"] + copy * images
    return question | {"program": nodes, "image_index": image, "image_filename": f"CLEVR_train_{image:06}.png"}


# A child counts the memory of the process that starts it as its own, so that one is to be small.
LAUNCH = """
import json, resource, subprocess, sys, time
start = time.monotonic()
made = subprocess.run(sys.argv[1:], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = {"seconds": time.monotonic() - start, "processor": used.ru_utime + used.ru_stime}
print(json.dumps({**seconds, "memory": used.ru_maxrss / 1000, "status": made.returncode, "said": made.stdout}))
"""


def compiled(path: Path, out: Path) -> dict[str, float]:
    """`nmt compile --out` in a process of its own: seconds by the clock, processor seconds, peak memory in MB."""
    command = [sys.executable, "-m", "nmt", "compile", "clevr", str(path), "--out", str(out), "--json"]
    made = subprocess.run([sys.executable, "-c", LAUNCH, *command], stdout=subprocess.PIPE, check=True)
    found = json.loads(made.stdout)
    said = json.loads(found.pop("said"))
    assert (found.pop("status"), said["rejected"]) == (0, 0), said
    sizes = {"file_mb": path.stat().st_size / 1e6, "compiled_mb": out.stat().st_size / 1e6}
    return {**found, **sizes, "skeletons": said["skeletons"]}


def arrays(path: Path) -> dict[str, float]:
    """A compiled file, checked, as arrays; `first` are the seconds with what is done once a graph, not once a program.

    Those are its optimization and the schedule of all.
    """
    interface = load_checked("clevr")
    checker, lowering = Checker(interface, interface.model()), Lowering(interface.bodies)
    start = time.process_time()
    schedule = encode_file(ProgramsFile.open(path), checker, lowering)[0].schedule
    first = time.process_time() - start
    with patch("nmt.compiler.encode.make_schedule", return_value=schedule):
        return {**rates(lambda: len(encode_file(ProgramsFile.open(path), checker, lowering)[1])), "first": first}


def rows(
    given: argparse.Namespace, folder: Path
) -> Iterator[tuple[str, dict[str, float], list[tuple[str, float, bool]]]]:
    """Each measurement: its name, its figures, and which of them must reach or keep below what."""
    questions = max(given.data.rglob("CLEVR_*_questions.json"), key=lambda path: path.stat().st_size, default=None)
    layouts = max(given.data.rglob("*.sps2"), key=lambda path: path.stat().st_size, default=None)
    if questions is not None and given.only in "clevr":
        yield "clevr", clevr(questions), [("best", QUESTIONS, True)]
    if layouts is not None and given.only in "sps2":
        yield "sps2", lines(layouts), [("best", LINES, True)]
    if given.only in "stanford":
        yield "stanford", stanford(folder), [("best", GRAPHS, True)]
    if questions is not None and given.only in "compile":
        sizes = (given.count // 10, given.count // 2, given.count)
        memory = []
        for size in sizes:
            grown(questions, folder / "questions.json", size)
            found = compiled(folder / "questions.json", folder / f"{size}.nmtp")
            limits = [("memory", MEMORY, False)]
            memory.append(found["memory"])
            if size == sizes[2]:  # both of the last have every skeleton
                found["growth"] = 1e6 * (memory[2] - memory[1]) / (sizes[2] - sizes[1])
                limits += [("growth", GROWTH, False), ("processor", SECONDS * size / 700_000, False)]
            yield f"compile {size:,}", found, limits
        yield "compiled file to arrays", arrays(folder / f"{given.count}.nmtp"), [("best", ARRAYS, True)]


def main() -> int:
    """Measure, print, record; exit status 1 where something is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--count", type=int, default=700_000, help="programs of the large file")
    parser.add_argument("--only", default="", help="clevr, sps2, stanford or compile")
    parser.add_argument("--folder", type=Path, help="where the large file is made (default: the system's)")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    gc.set_threshold(100_000, 20, 50)  # as the command `nmt` does
    figures, missed = {}, False
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        for name, found, limits in rows(given, Path(folder)):
            judged = {key: verdict(found[key], limit, least=least) for key, limit, least in limits}
            figures[name] = {**found, "limits": {key: limit for key, limit, _ in limits}, "verdict": judged}
            missed = missed or "miss" in judged.values()
            print(f"{name}: {', '.join(f'{key} {value:,.1f}' for key, value in found.items())}")
            for key, limit, least in limits:
                print(f"    {key} at {'least' if least else 'most'} {limit:,.0f}: {judged[key]}")
    record(given.out, figures)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
