"""Large interfaces check in seconds, and in time linear in their length.

Every case is written to a folder and checked as `nmt check` does, its findings worded; processor seconds, each case in
a process of its own, importing left out.

python benchmarks/scale.py [--only TEXT] [--profile] [--out FILE]
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import multiprocessing
import os
import pstats
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from record import record, verdict

from nmt.compiler.diagnostics import render, to_json
from nmt.loading import check_file

PER_LINE = 8 / 10_000  # seconds: 10,000 lines at most 8
PER_WORD = 1e-4  # seconds: 100,000 words at most 10
BLOCK = """
# the things of kind {0}
vocab KIND{0} = {{ red{0}, green{0}, blue{0}, other{0} }}
type heat{0} = real[H, W] in 0..1 by sigmoid
type guess{0} = dist[KIND{0}]
module find{0}[k: KIND{0}](image: features) -> heat{0}
  soft sparse: mean[H, W](image) <= 0.3 weight 0.01
module count{0}(amount: real, squares: real[H, W]) -> guess{0}
op both{0}(a: heat{0}, b: heat{0}) -> mask = min(a, b)
op paint{0}[k: KIND{0}](x: mask) -> mask = max(x, find{0}[k](image))
op share{0}(x: mask) -> real = sum[H, W](x * x) / (1 + exp(-mean[H, W](x)))
op tell{0}(x: mask) -> dist[KIND{0}] = normalize[KIND{0}](average[H, W](find{0}[KIND{0}](image), x))
op ask{0}(x: mask) -> guess{0} = count{0}(share{0}(x), paint{0}[red{0}](1 - x))
law twice{0}(a: mask): 1 - (1 - a) == a
expect find{0}: decoupled
"""
HEAD = """package big @ 1.0.0
dim C
dim H
dim W
type features = real[C, H, W]
type mask = real[H, W] in 0..1 by sigmoid
type dist[V] = real[V] in simplex[V] by softmax
source image : features
"""


def lines(count: int) -> str:
    """A realistic file of so many lines."""
    text = HEAD + "".join(BLOCK.format(at) for at in range(count // (BLOCK.count("\n") - 1) + 1))
    return "\n".join(text.split("\n")[:count]) + "\n"


def modules(count: int) -> str:
    """A file of modules, and an op that calls each."""
    return HEAD + "".join(
        f"module m{at}(x: mask, image: features) -> mask\nop o{at}(x: mask) -> mask = m{at}(x, image)\n"
        for at in range(count)
    )


def words(count: int) -> str:
    """Words of eight characters or so."""
    return ", ".join(f"word_{at}" for at in range(count))


USES = """
dim H
vocab MORE = WORD + { zzz, yyy }
vocab MOST = MORE + { xxx }
module find[w: MOST](x: real[H]) -> real[H]
op f(x: real[H]) -> real[H] = find[word_7](x) + find[xxx](x)
"""


def wrong(count: int) -> str:
    """A file of errors of many kinds, one a line."""
    kinds = (
        "op a{0}(x: mask) -> mask = x + x",
        "op b{0}(x: mask) -> mask = nothing{0}(x)",
        "op c{0}(x: maks{0}) -> mask = x",
        "op d{0}(x: mask) -> mask = fnd(x, image)",
        "module e{0}(x: mask -> mask",
        "vocab F{0} = {{ a, b, a }}",
        "dim {0}",
        "op g{0}(x: mask) -> mask = find[rod](image)",
        "type t{0} = real[Q{0}] in 5..1",
        "law l{0}(x: mask): x == 2",
    )
    head = f"{HEAD}vocab COLOR = {{ red, {words(500)} }}\nmodule find[c: COLOR](image: features) -> mask\n"
    return head + "\n".join(kinds[at % len(kinds)].format(at) for at in range(count)) + "\n"


def packages(folder: Path, count: int) -> str:
    """Packages that each use the one before, and a file that uses all."""
    for at in range(count):
        before = f"use p{at - 1} @ 1.0.0 {{ H, thing{at - 1} }}\n" if at % 50 else ""
        own = "" if at % 50 else "dim H\n"
        text = f"package p{at} @ 1.0.0\n{before}{own}type thing{at} = real[H] in 0..1 by sigmoid\n"
        (folder / f"p{at}.nmt").write_text(text)
    uses = "".join(f"use p{at} @ 1.0.0 {{ thing{at} }}\n" for at in range(count))
    return uses + "".join(f"module m{at}(x: thing{at}) -> thing{at}\n" for at in range(count))


def from_file(folder: Path, count: int) -> str:
    """A vocabulary whose words stand in a file."""
    (folder / "all.words").write_text(words(count).replace(", ", "\n"))
    return 'vocab WORD from "all.words"\n' + USES


def unions(count: int) -> str:
    """Vocabularies that each hold all words of another."""
    own = "\n".join(f"vocab V{at} = WORD + {{ x{at} }}" for at in range(count))
    return f"vocab WORD = {{ {words(1_000)} }}\n{own}"


def cases() -> Iterator[tuple[str, Callable[[Path], str], float]]:
    """Name, what is written by, and the seconds that it may take."""
    for count in (100, 1_000, 3_000, 10_000, 20_000):
        yield f"{count:,} lines", lambda _, n=count: lines(n), PER_LINE * max(count, 1_000)
    for count in (1_000, 5_000):
        yield f"{count:,} modules", lambda _, n=count: modules(n), PER_LINE * 2 * count + 1
    for count in (100_000, 990_000):
        yield f"{count:,} words inline", lambda _, n=count: f"vocab WORD = {{ {words(n)} }}\n{USES}", PER_WORD * count
        yield f"{count:,} words in a file", lambda at, n=count: from_file(at, n), PER_WORD * count
    yield "1,000 unions", lambda _: unions(1_000), 5
    yield "200 packages", lambda at: packages(at, 200), 5
    for count in (1_000, 10_000):
        yield f"{count:,} errors", lambda _, n=count: wrong(n), PER_LINE * max(count, 1_000)


CASES = {name: (write, limit) for name, write, limit in cases()}


def measured(name: str, profile: bool, give: Connection | None = None) -> None:
    """Check one case: seconds, findings, MiB."""
    gc.set_threshold(100_000, 20, 50)  # as the command `nmt` does
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        path = Path(folder) / "big.nmt"
        text = CASES[name][0](Path(folder))
        path.write_text(text if text.startswith("package") else f"package big @ 1.0.0\n{text}")
        check_file(Path(__file__).resolve().parents[1] / "stdlib" / "clevr.nmt")  # what is made once is made
        watch = cProfile.Profile()
        if profile:
            watch.enable()
        start = time.process_time()
        interface, findings = check_file(path)
        for finding in findings:
            render(finding), to_json(finding)
        assert (interface is None) == ("errors" in name), [render(one) for one in findings[:3]]
        if interface is not None:
            assert interface.hash
        seconds = time.process_time() - start
        if profile:
            watch.disable()
            pstats.Stats(watch).sort_stats("tottime").print_stats(25)
        os.chdir("/")
    if give:
        give.send((seconds, len(findings), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> int:
    """Measure every case and print; exit status 1 where one is too slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="cases whose name holds this text")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    figures = {}
    for name, (_, limit) in CASES.items():
        if given.only not in name:
            continue
        if given.profile:
            measured(name, profile=True)
            continue
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("spawn").Process(target=measured, args=(name, False, theirs))
        process.start()
        theirs.close()
        seconds, findings, peak = ours.recv()
        process.join()
        good = verdict(seconds, limit, least=False)
        figures[name] = {"seconds": seconds, "limit": limit, "findings": findings, "peak_mib": peak, "verdict": good}
        print(f"{name:24} {seconds:7.2f} s, at most {limit:5.1f}: {good}; {findings:,} findings, {peak:.0f} MiB")
    short, long = figures.get("1,000 lines"), figures.get("10,000 lines")
    if short and long:
        figures["ratio"] = {
            "of": "seconds a line, 10,000 lines against 1,000",
            "is": long["seconds"] / short["seconds"] / 10,
        }
        print(f"a line of 10,000 takes {figures['ratio']['is']:.2f} times one of 1,000")
    record(given.out, figures)
    return 1 if any(case.get("verdict") == "miss" for case in figures.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
