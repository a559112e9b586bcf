"""No text and no place ends a request in anything but an answer or a reason."""

import contextlib
import random

import pytest

from nmt.compiler.parse import cut, lex
from nmt.lsp.checks import Document
from nmt.lsp.completion import complete
from nmt.lsp.fixes import fixes
from nmt.lsp.hover import hover
from nmt.lsp.names import CannotRename, definitions, here, references, rename, symbol
from nmt.lsp.outline import outline
from nmt.lsp.places import marks, place
from nmt.stdlib import FOLDER

PATH = FOLDER / "clevr_describe.nmt"
TEXT = PATH.read_text(encoding="utf-8")


def broken(chance: random.Random) -> str:
    """The text with a few tokens dropped, doubled, swapped or typed anew."""
    tokens = [str(token) for token in lex(TEXT)]
    begin = chance.randrange(len(tokens) - 60)
    some = tokens[: chance.choice([0, 30])] + tokens[begin : begin + 60]
    for _ in range(chance.randint(0, 4)):
        at, other = chance.randrange(len(some)), chance.randrange(len(some))
        match chance.randrange(3):
            case 0:
                some[at], some[other] = some[other], some[at]
            case 1:
                del some[at]
            case 2:
                some.insert(at, chance.choice([*'()[]{},:=#?"\n', "é", "\n\n", "op", "soft", "as", tokens[other]]))
    return chance.choice([" ", "\n"]).join(some)


def ask(document: Document, offset: int) -> None:
    checked = document.check()
    hover(document, checked, offset)
    complete(document, checked, offset)
    at = here(document, offset)
    if at is not None:
        definitions(document, checked, at)
        assert at.span in references(document, checked, symbol(document, checked, at.reading, at.mark))
        with contextlib.suppress(CannotRename):
            rename(document, checked, at, "xyz" if at.mark.text.islower() else "XYZ")


@pytest.mark.parametrize("seed", range(40))
def test_any_request_about_any_text(seed: int) -> None:
    chance = random.Random(seed)
    text = broken(chance)
    document = Document.of(PATH, text)
    for _ in range(6):
        ask(document, chance.randrange(len(text) + 1))
    for finding in document.check().findings[:3]:
        list(fixes(document, finding))
    assert len(list(outline(document))) <= len(document.readings)


@pytest.mark.parametrize("seed", range(60))
def test_marks_of_any_tokens(seed: int) -> None:
    text = broken(random.Random(seed))
    for piece in cut(lex(text), text):
        for mark in marks(piece):
            assert text[mark.start : mark.end].replace(" ", "").strip('"') or mark.text == ""
        for end in range(len(piece)):
            assert place(piece[:end]).section
