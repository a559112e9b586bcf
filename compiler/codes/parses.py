"""4xx: what parsers write."""

from .code import Code

CODES: tuple[Code, ...] = (
    Code(
        "NMT440",
        "a line is no edge of a sentence",
        "7.5",
        """
        A dependency is `relation(word-1, word-2)`: the governor, a comma and a blank, the dependent, each with the
        number of its word. One line that is none costs its sentence, since a graph with a hole says something else.
        Edges without their line of words are told, too, where other sentences of the file have one.
        """,
        "Is it red ?\n\ncop(red-3, Is-1)\nnsubj(red-3 it-2)\nroot(ROOT-0, red-3)",
        "Is it red ?\n\ncop(red-3, Is-1)\nnsubj(red-3, it-2)\nroot(ROOT-0, red-3)",
        kind="stanford",
    ),
    Code(
        "NMT441",
        "a dependency names a word that is not there",
        "7.5",
        """
        Words count from 1 to the last of the sentence; 0 is the root, and depends on nothing. A number outside often
        means that a line of words, or an empty line between two sentences, was lost on the way.
        """,
        "Is it red ?\n\nroot(ROOT-0, red-7)",
        "Is it red ?\n\nroot(ROOT-0, red-3)",
        kind="stanford",
    ),
    Code(
        "NMT442",
        "a sentence has two roots, or none",
        "7.5",
        """
        One word hangs on `ROOT-0`, all others on words. Two roots are often two sentences with no empty line between
        them, no root half a sentence.
        """,
        "root(ROOT-0, Is-1)\nroot(ROOT-0, red-3)",
        "root(ROOT-0, red-3)\ncop(red-3, Is-1)",
        kind="stanford",
    ),
    Code(
        "NMT443",
        "dependencies run in a circle that the root does not reach",
        "7.5",
        """
        Collapsed and enhanced graphs may hold circles (`the man who walks`), but every circle is reached from the root.
        One that is not would never be visited by a rule, and its words would be lost in silence.
        """,
        "root(ROOT-0, Is-1)\nnsubj(dog-3, red-4)\namod(red-4, dog-3)",
        "root(ROOT-0, Is-1)\nnsubj(Is-1, dog-3)\namod(dog-3, red-4)",
        kind="stanford",
    ),
    Code(
        "NMT444",
        "the parser gave a sentence up",
        "7.5",
        """
        Where no analysis was found, or a sentence was too long, parsers print `(())`, SENTENCE_SKIPPED_OR_UNPARSABLE,
        or no dependencies at all. Such sentences are counted and told, and have no layout. The parser can be asked
        again, with a larger limit of length or memory.
        """,
        "Is it red ?\n\nroot(ROOT-0, red-3)\n\nSENTENCE_SKIPPED_OR_UNPARSABLE",
        "Is it red ?\n\nroot(ROOT-0, red-3)\n\nIs it ?\n\nroot(ROOT-0, Is-1)",
        kind="stanford",
    ),
    Code(
        "NMT445",
        "a row of CoNLL-U does not fit",
        "7.5",
        """
        A row has ten columns that tabs part (CoNLL-X has 8, CoreNLP's `conll` 7), and all rows of a sentence have as
        many. The first column counts 1, 2, 3; a range `1-2` stands before its first word, an empty node `1.1` behind
        its word. Editors that turn tabs into blanks spoil such files.
        """,
        "1 red _ ADJ JJ _ 0 root _ _",
        "1\tred\t_\tADJ\tJJ\t_\t0\troot\t_\t_",
        kind="text",
    ),
    Code(
        "NMT446",
        "JSON of CoreNLP is broken, or holds something else",
        "7.5",
        """
        A document is `{"sentences": [...]}`, and a sentence has `tokens` and dependencies or a tree. Where a document
        is cut or broken, all sentences before that place were read, and reading goes on with the next line that begins
        with `{`. Annotators that are needed: `tokenize,ssplit,pos,lemma,depparse` or `parse`.
        """,
        '{"sentences": [{"index": 0, "tokens": [{"word": "Is"',
        '{"sentences": []}',
        kind="corenlp",
    ),
    Code(
        "NMT447",
        "the brackets of a tree do not match",
        "7.5",
        """
        A Penn tree is `(LABEL tree tree)` or `(TAG word)`, and every bracket is closed. Brackets of the text itself are
        written `-LRB-` and `-RRB-`. A line that begins with a bracket in its first column begins the next tree, so one
        broken tree costs no other. Trees are nested at most 1,000 deep.
        """,
        "(ROOT (SQ (VBZ Is) (NP (PRP it))",
        "(ROOT (SQ (VBZ Is) (NP (PRP it))))",
        kind="penn",
    ),
    Code(
        "NMT448",
        "a question has no parse",
        "7.5",
        """
        Questions and parses are put together by their words. No parse near this question has its words: it was given up
        by the parser (a note says so where that is known), it was lost, or both files are not of the same questions.
        The questions behind it have their own parses all the same.
        """,
        "Is it red?\nIs it blue?                  # and one parse, of `Is it red ?`",
        "Is it red?                   # and one parse, of `Is it red ?`",
        kind="text",
    ),
    Code(
        "NMT449",
        "a parse belongs to no question",
        "7.5",
        """
        Questions and parses are put together by their words. No question near this parse has its words: a line of the
        file of questions was lost or changed, or both files are not of the same questions.
        """,
        "Is it red?                   # and parses of `Is it red ?`, `Is it blue ?`",
        "Is it red?\nIs it blue?                  # and parses of both",
        kind="text",
    ),
)
