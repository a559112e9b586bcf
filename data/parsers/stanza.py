"""Stanza, where the user has it and its English models; nothing is downloaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from typing import Any

from attrs import evolve

from nmt.compiler.diagnostics import Diagnostic
from nmt.compiler.frontends.layouts.join import join
from nmt.compiler.frontends.parses.parse import Parse

from .parser import LONGEST, missing, needs, too_long

PROCESSORS = "tokenize,mwt,pos,lemma,depparse"
MODELS = "python -c \"import stanza; stanza.download('en')\", once, with a connection"
BATCH = 64


class Stanza:
    """The parser; raises CompileError (NMT618) where stanza or its English models are not there."""

    def __init__(self) -> None:
        needs("stanza", "stanza", "pip install stanza")
        self.stanza: Any = import_module("stanza")
        try:
            self.nlp: Any = self.stanza.Pipeline("en", processors=PROCESSORS, download_method=None, verbose=False)
        except (OSError, ValueError, self.stanza.pipeline.core.ResourcesFileNotFoundError) as fault:
            raise missing(f"a model of stanza ({str(fault).splitlines()[0]})", MODELS) from None

    def parse(self, questions: Iterable[str]) -> Iterator[Parse | Diagnostic]:
        """Parse questions in batches; labels are `ud2`, tags Penn's."""
        stream = iter(questions)
        number = 0
        while batch := list(islice(stream, BATCH)):
            given = [self.stanza.Document([], text=text if len(text) <= LONGEST else "") for text in batch]
            for text, document in zip(batch, self.nlp.bulk_process(given), strict=True):
                yield _parse(document, text, number) if len(text) <= LONGEST else too_long(number, text)
                number += 1


def _parse(document: Any, text: str, number: int) -> Parse:
    sentences = [
        Parse(
            tuple(word.text for word in sentence.words),
            tuple((word.deprel, word.head, at) for at, word in enumerate(sentence.words, 1)),
            tuple(word.xpos or "" for word in sentence.words),
            tuple(word.lemma or "" for word in sentence.words),
            labels="ud2",
        )
        for sentence in document.sentences
        if sentence.words
    ]
    return evolve(join(sentences) if sentences else Parse(()), text=text, number=number)
