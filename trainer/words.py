"""Words that a data set brings: those of questions, and those of vocabularies that wait for data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from nmt.compiler.check import Interface
from nmt.compiler.compiled import Accepted, compile_programs
from nmt.compiler.programs import Checked, Checker
from nmt.compiler.terms import Record
from nmt.compiler.vocabularies import bind, chosen, count, unbound
from nmt.data.sets import DataSet
from nmt.data.words import words_of

COUNTED = 10_000  # questions whose words are counted at once
Report = Callable[[int], None]


def words_in(record: Record) -> tuple[str, ...]:
    """The words of a record's question, cut by the one rule where its file has only the text."""
    words = record.columns.get("words")
    return tuple(words) if words is not None else words_of(str(record.columns.get("question") or ""))


def bind_words(
    interface: Interface,
    data: DataSet,
    split: str,
    model: str | None = None,
    programs: Path | None = None,
    progress: Report | None = None,
) -> Interface:
    """The interface with the words that a split brings to its vocabularies; itself where it waits for none.

    Raises CompileError where the split cannot be read, or the interface does not hold with these words.
    """
    if not unbound(interface):
        return interface
    place = data.place(split)
    targets = [target.name for target in interface.targets.values() if target.vocab is not None]
    counts: dict[str, dict[str, Counter[str]]] = {}
    batch: list[Accepted] = []

    def counted() -> None:
        for vocab, columns in count(interface, batch).items():
            for name, words in columns.items():
                counts.setdefault(vocab, {}).setdefault(name, Counter()).update(words)
        batch.clear()

    def accept(record: Record, checked: Checked) -> None:
        columns = {name: record.columns.get("counted", record.columns.get(name)) for name in targets}
        if "words" in interface.sources:
            columns["words"] = words_in(record)
        batch.append(Accepted(Record(record.number, record.term, columns), checked))
        if len(batch) == COUNTED:
            counted()

    checker = Checker(interface, interface.model(model))
    records = data.records(split, programs, interface)
    compile_programs(records, checker, place, keep=False, progress=progress, accept=accept)
    counted()
    return bind(interface, {name: chosen(counts.get(name, {}), interface.columns[name]) for name in unbound(interface)})
