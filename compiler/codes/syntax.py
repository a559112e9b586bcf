"""0xx: the text of a file."""

from .code import Code

CODES = (
    Code(
        "NMT001",
        "something else was expected here",
        "1.1",
        """
        The text cannot be read on: a comma, a bracket, a name or a keyword is missing, or one too many stands there.
        The message says what could have stood at that place. Only this declaration is left out, so all others are
        still checked; errors that follow from its absence are not reported. A keyword such as `use` or `from` is no
        name; where it is a word of a vocabulary, quote it.
        """,
        "op same(x: mask -> mask = x",
        "op same(x: mask) -> mask = x",
    ),
    Code(
        "NMT002",
        "this is no name, and no sign of the language",
        "1.3",
        """
        A character means nothing in an interface, or a name mixes upper and lower case. Dims and vocabularies are in
        upper case and all else in lower case, so that a reader sees at once what `real[H, W]` and `find[red]` speak
        of. Rename it, or quote it where it is a word of a vocabulary: `"Red"`.
        """,
        "type Heat = real[H, W] in 0..1",
        "type heat = real[H, W] in 0..1",
    ),
    Code(
        "NMT003",
        "a quoted word does not end on its line",
        "1.3",
        """
        A word in quotes begins and ends on one line. What follows cannot be told from the word, so the line is left
        out up to its end. Add the missing `"`.
        """,
        """
        vocab LIGHT = { "traffic light, lamp }
        """,
        """
        vocab LIGHT = { "traffic light", lamp }
        """,
    ),
    Code(
        "NMT004",
        "`package` does not come first, or `use` not before the rest",
        "1.2",
        """
        A file says first what it is (`package`, once), then what it draws on (every `use`), then the rest, which may
        stand in any order. So the first lines tell a reader, and a tool that looks for packages, all that they need.
        Move the line up.
        """,
        """
        package late @ 1.0.0
        dim H
        use std.answer @ 1.0.0 { BOOL }
        """,
        """
        package late @ 1.0.0
        use std.answer @ 1.0.0 { BOOL }
        dim H
        """,
    ),
    Code(
        "NMT005",
        "an expression is nested too deep",
        "1.4",
        """
        Expressions nest at most 100 deep, and a sum or a product has at most 100 terms. The limit is there so that no
        input, however made, can hang or overflow a tool; nobody writes as much by hand. Give a part of the expression
        a name: an op of its own costs nothing, since ops are put in place before anything runs.
        """,
        f"op deep(x: mask) -> mask = {'(' * 101}x{')' * 101}",
        "op deep(x: mask) -> mask = x",
    ),
    Code(
        "NMT006",
        "a file cannot be read",
        "1.1",
        """
        The interface is not there, may not be opened, or is no UTF-8 text. A name without `.nmt` is looked for in the
        standard library (`nmt check clevr`); a file of one's own is given by its path (`nmt check ./clevr.nmt`).
        """,
        "nmt check digts.nmt",
        "nmt check digits.nmt",
        kind="shell",
    ),
    Code(
        "NMT007",
        "a number is too large",
        "1.4",
        """
        Whole numbers have at most 15 digits, and no number is larger than a float can be: beyond that, what is
        computed would not be what is written. Write a smaller number, or leave the end of a range out: `0..` has
        none.
        """,
        "dim MANY = 1234567890123456",
        "dim MANY = 123456",
    ),
)
