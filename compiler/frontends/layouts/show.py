"""A parse and its layout as plain values and as lines for people: dependencies, each rule that fired, the outcome."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from ..parses.parse import Parse
from .layout import Layout
from .sentence import normal

Plain: TypeAlias = dict[str, Any]


def describe(parse: Parse, layout: Layout) -> Plain:
    """All that led to a layout.

    `dependencies` has a row a word: the relations as the parser gave them, each with the governor's number, and the
    role that the rules see, under the word that they see it under.
    """
    sentence = normal(parse)
    nodes = sentence.nodes
    rows = []
    for number, word in enumerate(sentence.words, 1):
        node = nodes.get(number)
        given = [
            {"relation": relation, "governor": parse.original(head)}
            for relation, head, dependent in parse.edges
            if parse.original(dependent) == number
        ]
        rows.append(
            {
                "number": number,
                "word": word,
                "lemma": node.lemma if node else "",
                "tag": parse.tags[number - 1] if number <= len(parse.tags) else "",
                "given": given,
                "role": node.role if node else "",
                "preposition": node.preposition if node else "",
                "under": node.head if node else None,
            }
        )
    return {
        "question": parse.text or " ".join(word for word in sentence.words if word),
        "labels": parse.labels if parse.edges else "tree",
        "profile": layout.profile,
        "dependencies": rows,
        "rules": [
            {"rule": step.rule, "number": step.number, "word": _word(sentence.words, step.number), "then": step.outcome}
            for step in layout.steps
        ],
        "layout": str(layout.term),
        "alternatives": [str(term) for term, _ in layout.alternatives],
        "skeleton": layout.skeleton,
        "fallback": list(layout.fallback),
    }


def _word(words: list[str], number: int) -> str:
    return words[number - 1] if 0 < number <= len(words) else ""


def dependency_rows(shown: Plain) -> tuple[list[list[str]], list[str]]:
    """The rows of a table of dependencies, and their heads."""
    words = {row["number"]: row["word"] for row in shown["dependencies"]}

    def named(number: int | None) -> str:
        return "" if number is None else f"{number} {words[number]}" if number in words else "-"

    rows = []
    for row in shown["dependencies"]:
        given = ", ".join(f"{one['relation']} of {named(one['governor'])}" for one in row["given"])
        role = f"{row['role']}[{row['preposition']}]" if row["preposition"] else row["role"]
        rows.append(
            [
                str(row["number"]),
                row["word"],
                row["lemma"],
                row["tag"],
                given.replace(" of -", ""),
                role,
                named(row["under"]).replace("-", ""),
            ]
        )
    return rows, ["", "word", "lemma", "tag", f"relation ({shown['labels']})", "role", "under"]


def rule_rows(shown: Plain) -> Iterator[list[str]]:
    """The rules that fired: which, on which word, and what came of it."""
    for step in shown["rules"]:
        yield [step["rule"], step["word"], step["then"]]
