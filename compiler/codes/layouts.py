"""4xx: from parses to layouts."""

from .code import Code

CODES = (
    Code(
        "NMT450",
        "there is no profile of that name",
        "7.5",
        """
        A profile is a table of rules that lead from a parsed sentence to a layout. There are `nmn`, `nmn-2016` and
        `n2nmn`; a table of your own is given as a file whose name ends in `.toml`.
        """,
        'nmt parse "Is there a red car?" --profile nmn2016',
        'nmt parse "Is there a red car?" --profile nmn-2016',
        kind="shell",
    ),
    Code(
        "NMT451",
        "a table of rules cannot be used",
        "7.5",
        """
        A table of rules has `[[head]]` rules, each with a pattern `match`, and `[[word]]` rules, each with what it asks
        for and what it does (`take`: leaf, rel or skip). Categories (noun, verb, ...) and roles (subj, obj, mod, ...)
        are those of the tables: one that is misspelt would fit no word. The message says which entry is at fault. The
        tables of the profiles that come along are examples to copy.
        """,
        '[[word]]\\ncategory = ["noun"]\\ntake = "leave"',
        '[[word]]\\ncategory = ["noun"]\\ntake = "leaf"',
        kind="text",
    ),
    Code(
        "NMT452",
        "a sentence has no dependencies and no tree",
        "7.5",
        """
        Rules look at how words depend on each other. This sentence has words alone: its parser was asked for nothing
        else, or gave up on it. It is left out and the rest goes on. Ask the parser for typed dependencies, or give the
        sentences to `nmt parse`.
        """,
        "What is it ?",
        "What is it ?\n\nattr(is-2, What-1)\nroot(ROOT-0, is-2)\nnsubj(is-2, it-3)",
        kind="stanford",
    ),
    Code(
        "NMT453",
        "a sentence is too long to be a question",
        "7.5",
        """
        A sentence has more than a thousand words. It is left out and the rest goes on. Often a whole text was parsed as
        one sentence: parsers are told to split at ends of lines (`ssplit.eolonly`).
        """,
        "Is this a question , and is this one , and is ...",
        "Is this a question ?",
        kind="text",
    ),
)
