"""Layouts of English questions by rules, against the layouts that end-to-end module networks were trained with.

    python benchmarks/layouts.py DATA [--profile n2nmn] [--parses FILE] [--shown 15] [--out FILE]

DATA is a folder that holds, at any depth, `NAME.txt`, questions one a line, and `NAME.sp`, their layouts. spaCy (the
extra `parse`) parses them, a minute for 40,000; with --parses they are kept as CoNLL-U and read from there the next
time. The share of exact skeletons must be at least 80%. The rules were written with the first half in view, so that
halves are told apart. Beside them stand two baselines: the most frequent skeleton, and the most frequent one for the
first three words (learnt on the first half, told on the second). Then what differs most, with questions.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from record import record, verdict

from nmt.compiler.diagnostics import Diagnostic
from nmt.compiler.frontends.files import Input
from nmt.compiler.frontends.layouts import layout_of, profile_of
from nmt.compiler.frontends.parses.parse import Parse
from nmt.compiler.frontends.parses.readers import read_parses
from nmt.compiler.frontends.parses.write import write_conllu
from nmt.data.parsers import parser_of
from nmt.terminal import table

LEAST = 0.80


def pair(data: Path) -> tuple[list[str], list[str]]:
    """Questions and their layouts, from the largest pair of files."""
    gold = max(data.rglob("*.sp"), key=lambda path: path.stat().st_size)
    read = [path.read_text(encoding="utf-8").splitlines() for path in (gold.with_suffix(".txt"), gold)]
    assert len(read[0]) == len(read[1])
    return read[0], read[1]


def parses_of(questions: Sequence[str], kept: Path | None) -> tuple[list[Parse], float]:
    """Parses, and how many a second were made (0: they were kept)."""
    if kept is not None and kept.exists():
        read = [one for one in read_parses(Input.of(kept), "conllu") if isinstance(one, Parse)]
        assert len(read) == len(questions), f"{kept} holds other questions"
        return read, 0.0
    parser = parser_of("spacy")
    start = time.perf_counter()
    made = [Parse(()) if isinstance(one, Diagnostic) else one for one in parser.parse(questions)]
    rate = len(made) / (time.perf_counter() - start)
    if kept is not None:
        kept.write_text("".join(map(write_conllu, made)), encoding="utf-8")
    return made, rate


def first_words(questions: Sequence[str], gold: Sequence[str]) -> float:
    """The share that the first three words alone get right on the second half."""
    half = len(gold) // 2
    seen: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for question, layout in zip(questions[:half], gold[:half], strict=True):
        for length in range(4):
            seen[tuple(question.lower().split()[:length])][layout] += 1
    right = 0
    for question, layout in zip(questions[half:], gold[half:], strict=True):
        words = tuple(question.lower().split()[:3])
        known = next(words[:length] for length in (3, 2, 1, 0) if words[:length] in seen)
        right += seen[known].most_common(1)[0][0] == layout
    return right / (len(gold) - half)


def shares(made: Sequence[str], gold: Sequence[str]) -> tuple[float, float]:
    """Of exact skeletons, and of right heads."""
    pairs = list(zip(made, gold, strict=True))
    heads = sum(one.split()[0] == its.split()[0] for one, its in pairs)
    return sum(one == its for one, its in pairs) / len(pairs), heads / len(pairs)


def confusions(questions: Sequence[str], made: Sequence[str], gold: Sequence[str], most: int) -> list[dict[str, Any]]:
    """What differs most, with the first question of each."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for question, one, its in zip(questions, made, gold, strict=True):
        if one != its:
            found[its, one].append(question)
    ranked = sorted(found.items(), key=lambda item: -len(item[1]))[:most]
    return [
        {"gold": its, "rules": one, "count": len(texts), "question": texts[len(texts) // 2]}
        for (its, one), texts in ranked
    ]


def main() -> None:
    """Parse, apply, compare, record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--profile", default="n2nmn")
    parser.add_argument("--parses", type=Path)
    parser.add_argument("--shown", type=int, default=15)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    questions, gold = pair(given.data)
    parses, parsed = parses_of(questions, given.parses)
    profile = profile_of(given.profile)
    start = time.process_time()
    layouts = [layout_of(parse, profile) for parse in parses]
    rate = len(layouts) / (time.process_time() - start)
    made = [layout.skeleton for layout in layouts]
    half = len(gold) // 2
    parts = {"all": slice(None), "first half": slice(half), "second half": slice(half, None)}
    found = {name: shares(made[part], gold[part]) for name, part in parts.items()}
    frequent = Counter(gold).most_common(1)[0][1] / len(gold)
    words = first_words(questions, gold)
    fallback = Counter(what for layout in layouts for what in layout.fallback)
    rows = [(name, f"{exact:.1%}", f"{head:.1%}") for name, (exact, head) in found.items()]
    print(
        f"{len(gold):,} questions, {len(set(gold))} skeletons; layouts a second: {rate:,.0f}; parses: {parsed:,.0f}\n"
    )
    print(table([*rows, ("first three words", f"{words:.1%}", ""), ("most frequent", f"{frequent:.1%}", "")],
                [f"profile {given.profile}", "exact", "head"]))  # fmt: skip
    exact = found["all"][0]
    print(f"\nexact: {exact:.1%} (at least {LEAST:.0%}): {verdict(exact, LEAST, least=True)}")
    told = ", ".join(f"{what} {count:,}" for what, count in fallback.most_common()) or "none"
    print(f"fell back: {told}\n")
    wrong = confusions(questions, made, gold, given.shown)
    print(table([(one["count"], one["gold"], one["rules"], one["question"]) for one in wrong],
                ["count", "theirs", "the rules'", "such as"]))  # fmt: skip
    record(
        given.out,
        {
            "questions": len(gold),
            "shares": {name: {"exact": exact, "head": head} for name, (exact, head) in found.items()},
            "first_three_words": words,
            "most_frequent": frequent,
            "layouts_per_second": rate,
            "parses_per_second": parsed,
            "fallback": dict(fallback),
            "confusions": wrong,
        },
    )


if __name__ == "__main__":
    main()
