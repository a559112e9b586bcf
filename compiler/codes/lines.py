"""4xx: programs written as lines."""

from .code import Code

CODES = (
    Code(
        "NMT420",
        "the parentheses of a line do not balance",
        "7.5",
        """
        A parenthesis is never closed, closes nothing, or `;` stands inside of one. The place is that of the parenthesis
        (the innermost of those that are open) or of the `;`. The line is left out and the rest goes on.
        """,
        "(is (and car show)",
        "(is (and car show))",
        kind="sps2",
    ),
    Code(
        "NMT421",
        "a line, or an alternative, is empty",
        "7.5",
        """
        Files of layouts have a program on each line, since they are aligned by the line with files of questions. An
        empty line is one whose program is missing; `;` at the end of a line begins an alternative that is missing.
        """,
        "(is car);",
        "(is car)",
        kind="sps2",
    ),
    Code(
        "NMT422",
        "a name or a head is missing",
        "7.5",
        """
        Behind each parenthesis stands the name of what is called. In `.sps2` files, and in SHAPES' queries, the
        outermost is the head, such as `is` or `how_many`: a bare word, `is red` without parentheses, or an `and`, is no
        program there. GEO's `.sps` files have alternatives without heads; if it is one, say `--format sps`.
        """,
        "(and car show)",
        "(is (and car show))",
        kind="sps2",
    ),
    Code(
        "NMT423",
        "a line goes on behind its program",
        "7.5",
        """
        The program was whole before the place that is shown. In `.sps2` and `.sps` files `;` parts alternatives; in
        others a line holds one program. Of tokens in postfix order, something was given that nothing takes.
        """,
        "(is car) (is show)",
        "(is car);(is show)",
        kind="sps2",
    ),
    Code(
        "NMT424",
        "a call has too few inputs, or too many",
        "7.5",
        """
        A head and a relation take one input, `and` two or more, and n2nmn's modules as many as each has (`find` none,
        `relate` one, `and` two). SHAPES' `is` takes one or two.
        """,
        "(is car show)",
        "(is (and car show))",
        kind="sps2",
    ),
    Code(
        "NMT425",
        "no module of n2nmn has this name",
        "7.5",
        """
        `.sp` lines and token lists are made of n2nmn's modules alone; how many inputs each takes is known by its name.
        Names may be written `find_same_property`, `FindSameProperty` or `_FindSameProperty`.
        """,
        "(describe (and find fnd))",
        "(describe (and find find))",
        kind="n2nmn-sp",
    ),
    Code(
        "NMT426",
        "a record is no list of tokens",
        "7.5",
        """
        A JSON file of token lists is a list with a list of strings for each program. A record of another kind is left
        out and the rest goes on.
        """,
        '[["_Find", "_Answer"], {"tokens": ["_Find"]}]',
        '[["_Find", "_Answer"]]',
        kind="n2nmn-postfix",
    ),
)
