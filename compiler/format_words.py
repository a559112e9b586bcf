"""What a formatter sees of a file: words, the comments behind them, and where a blank goes between two words.

Nothing here looks at the blanks and line ends between the words of a declaration: only at which words there are, which
comments stand behind which word, and whether a comment had a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import Factory, define, frozen
from lark import Token

from .parse import File, parser

SPACED_COLON = frozenset(["source", "target", "layout", "expect"])  # `source image : features`, but `x: mask`
OPERANDS = frozenset(["NAME", "DIM", "INT", "NUMBER", "RPAR", "RSQB"])  # a `-` behind one of these is no sign
NUMBERS = frozenset(["INT", "NUMBER"])
ALWAYS_GLUED = frozenset([",", ".", ")", "]", "["])
GLUING = frozenset(["LPAR", "LSQB", "DOT", "SIGN"])  # nothing stands between these and what follows


@frozen
class Comment:
    """A comment, from its `#` to the last character that shows."""

    text: str
    own_line: bool
    blank_before: bool = False


@define
class Word:
    """A token as it will be written. `column` is where it begins at the least, so that columns can be aligned."""

    text: str
    type: str
    glued: bool
    comments: list[Comment] = Factory(list)
    column: int = 0


@define
class Declaration:
    """The words of a declaration, and the comment on the line where it ends."""

    words: list[Word]
    blank_before: bool
    trailing: str = ""

    @property
    def keyword(self) -> str:
        """The word that it begins with."""
        return self.words[0].text


def split(file: File) -> Iterator[Declaration | Comment]:
    """The declarations of a file without fault, and the comments between them, in order."""
    text = file.source.text
    starts = {decl.span.start for decl in file.decls}
    glue, end = _Glue(), 0
    current: Declaration | None = None
    for token in parser().lex(text):
        start = token.start_pos or 0
        comments, blank = _gap(text, end, start)
        end = start + len(token)
        if start in starts:
            yield from _between(current, comments)
            current, glue = Declaration([], blank), _Glue()
        else:
            assert current is not None  # every token of a file without fault belongs to a declaration
            current.words[-1].comments.extend(comments)
        word = glue.word(token)
        if word.text == "," and current.words[-1].comments:  # a comma never begins a line
            word.comments, current.words[-1].comments = current.words[-1].comments, []
        current.words.append(word)
    yield from _between(current, _gap(text, end, len(text))[0])


def _between(before: Declaration | None, comments: Sequence[Comment]) -> Iterator[Declaration | Comment]:
    """A declaration that has ended, with the comment on its last line, and those below it."""
    if before is not None:
        if comments and not comments[0].own_line:
            before.trailing, comments = comments[0].text, comments[1:]
        yield before
    yield from comments


def _gap(text: str, start: int, end: int) -> tuple[list[Comment], bool]:
    """The comments between two tokens, and whether a blank line stands behind the last of them."""
    comments: list[Comment] = []
    at = text.find("#", start, end)
    while at >= 0:
        lines = text.count("\n", start, at)
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        own_line = lines > 0 or start == 0
        # The line end of a comment above is counted with what follows it.
        comments.append(Comment(text[at:stop].rstrip(), own_line, blank_before=lines > 1))
        start, at = stop, text.find("#", stop, end)
    return comments, text.count("\n", start, end) > 1


class _Glue:
    """Goes through the tokens of a declaration and says which stand close to the one before."""

    def __init__(self) -> None:
        self._before = self._keyword = ""
        self._depth = 0
        self._tight = False  # inside `{0, 1}`, as against `{ red, blue }`

    def word(self, token: Token) -> Word:
        """The next word."""
        text, type_ = str(token), token.type
        if type_ == "MINUS" and self._before not in OPERANDS:
            type_ = "SIGN"
        elif type_ == "AT_LEAST":
            text = "at least"
        elif type_ == "LBRACE":
            self._tight = self._before == "IN"
        if not self._keyword:
            self._keyword = text
        word = Word(text, type_, self._glued(text, type_))
        self._depth += (text in {"(", "[", "{"}) - (text in {")", "]", "}"})
        self._before = type_
        return word

    def _glued(self, text: str, type_: str) -> bool:
        before = self._before
        if text in ALWAYS_GLUED or before in GLUING:
            return True
        if before == "LBRACE":
            return self._tight or text == "}"
        match text:
            case "(":
                return before in {"NAME", "RSQB"}
            case "}":
                return self._tight
            case ":":
                return self._depth > 0 or self._keyword not in SPACED_COLON
            case "..":
                return before in NUMBERS
        return before == "RANGE" and (type_ in NUMBERS or type_ == "SIGN")


def flat(words: Sequence[Word]) -> str:
    """Words on one line."""
    parts: list[str] = []
    column = 0
    for word in words:
        blanks = max(word.column - column, 0 if word.glued or not parts else 1)
        parts.append(" " * blanks + word.text if blanks else word.text)
        column += blanks + len(word.text)
    return "".join(parts)


def commented(words: Sequence[Word]) -> bool:
    """Whether a comment stands between two of these words."""
    return any(word.comments for word in words[:-1])
