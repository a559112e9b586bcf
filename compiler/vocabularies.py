"""Vocabularies from data: which words are seen where, which of them are taken, and the interface that has them.

`vocab WORD from data at least 10 else unknown` has no words before a data set has been read. Programs are checked with
any word in its place; then the words are counted, chosen, and the interface is checked anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nmt.ntypes import Dim

from . import ast
from .check import Interface, check
from .compiled import Accepted
from .diagnostics import CompileError, error

Counts = Mapping[str, Mapping[str, Counter[str]]]  # vocabulary -> column -> how often each word stands there


def unbound(interface: Interface) -> list[str]:
    """The vocabularies that wait for data, as `package.NAME`."""
    bound = {name for name, _ in interface.files}
    return [name for name in interface.columns if name not in bound]


def count(interface: Interface, programs: Iterable[Accepted]) -> Counts:
    """How often each word stands where: in the column `program`, and in those of targets and sources of words."""
    counts: dict[str, dict[str, Counter[str]]] = {name: {} for name in interface.columns}
    types = {name: source.type for name, source in interface.sources.items()}
    types |= {name: target.type for name, target in interface.targets.items()}
    columns = {name: type_.words for name, type_ in types.items() if type_.words is not None}
    for item in programs:
        for (vocab, _), word in zip(item.checked.slots, item.record.term.words, strict=True):
            _add(counts, vocab, "program", (word,))
        for name, vocab in columns.items():
            _add(counts, vocab, name, _words(item.record.columns.get(name)))
    return counts


def _words(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return (word for word in value if isinstance(word, str)) if isinstance(value, Sequence) else ()


def _add(counts: dict[str, dict[str, Counter[str]]], vocab: Dim, column: str, words: Iterable[str]) -> None:
    listed = {word for dim in _leaves(vocab) for word in dim.words or ()}
    for dim in _leaves(vocab):
        if f"{dim.package}.{dim.name}" in counts:
            found = counts[f"{dim.package}.{dim.name}"].setdefault(column, Counter())
            found.update(word for word in words if word not in listed)


def _leaves(vocab: Dim) -> Iterator[Dim]:
    """A vocabulary, or the parts of a union and theirs."""
    if not vocab.parts:
        yield vocab
    for part in vocab.parts:
        yield from _leaves(part)


def chosen(counts: Mapping[str, Counter[str]], of: ast.VocabData) -> tuple[str, ...]:
    """The words that a vocabulary takes: the most frequent first, equal ones by the alphabet, `unknown` last."""
    total: Counter[str] = Counter()
    for column, words in counts.items():
        if of.column.text in {"data", column}:
            total.update(words)
    unknown = [] if of.unknown is None else [of.unknown.text]
    ranked = sorted((word for word in total if word not in unknown), key=lambda word: (-total[word], word))
    kept = [word for word in ranked if of.at_least is None or total[word] >= of.at_least]
    return (*kept[: of.top], *unknown)


def bind(interface: Interface, words: Mapping[str, Sequence[str]]) -> Interface:
    """The interface with the words of its vocabularies, by `package.NAME` or the name alone.

    Raises CompileError where it has no such vocabulary, or does not hold with these words.
    """
    full = {name if "." in name else f"{interface.package}.{name}": tuple(of) for name, of in words.items()}
    stranger = next((name for name in full if name not in interface.columns), None)
    if stranger is not None:
        known = ", ".join(interface.columns) or "none"
        message = f"the words of {stranger} do not come from data"
        raise error("NMT110", message, place=interface.package, help=f"vocabularies from data: {known}")
    for name, listed in full.items():
        _check(name, words.get(name, words.get(name.rpartition(".")[2])), listed)
        unknown = interface.columns[name].unknown
        if unknown is not None and unknown.text not in listed:
            full[name] = (*listed, unknown.text)
    files = {**dict(interface.files), **full}
    main = interface.texts[interface.package]
    made, findings = check(main, (), dict(interface.swaps), interface.texts, files)
    if made is None:
        raise CompileError(findings)
    return made


def bind_to(interface: Interface, programs: Iterable[Accepted]) -> Interface:
    """The interface with the words of a data set; raises CompileError as `bind` does."""
    counts = count(interface, programs)
    return bind(interface, {name: chosen(counts[name], interface.columns[name]) for name in unbound(interface)})


def _check(name: str, given: object, words: tuple[object, ...]) -> None:
    """Raise CompileError for words that are none."""
    if isinstance(given, str) or not all(isinstance(word, str) and word for word in words):
        raise error("NMT110", f"the words of {name} are a list of texts", help=f'write {{"{name}": ["red", "blue"]}}')
    twice = next((word for word in words if words.count(word) > 1), None) if len(set(words)) < len(words) else None
    if twice is not None:
        raise error("NMT108", f"the word `{twice}` stands twice among those of {name}")
