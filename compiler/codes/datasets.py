"""6xx: data sets, and parsers that are asked."""

from .code import Code

CODES = (
    Code(
        "NMT640",
        "a server that parses is not reached",
        "9.4",
        """
        Nothing answers at the address that was given, or the connection was cut. It was tried several times, with
        longer and longer pauses. Start the server, and look whether the port is right; the help line has the command.
        What was answered before is kept, and not asked again.
        """,
        'nmt parse "Is there a red car?" --parser server --server http://localhost:9001',
        'nmt parse "Is there a red car?" --parser server --server http://localhost:9000',
        kind="shell",
    ),
    Code(
        "NMT641",
        "a server does not answer in time",
        "9.4",
        """
        The server took the question and said nothing, several times. It loads its models when it is asked for the first
        time, which takes a minute; a large queue of somebody else's takes longer, and a
        server that says that it is busy (HTTP 429, 503 and the like) is believed. Try again later.
        """,
        "nmt parse questions.txt --parser server        # while the server is loading",
        "nmt parse questions.txt --parser server        # a minute later",
        kind="shell",
    ),
    Code(
        "NMT642",
        "a server cannot parse a question",
        "9.4",
        """
        The server answered with an error; the message has its own words. Questions are sent many at once: where it
        answers 400, 413 or 500, halves are sent, so that only this one has no parse, and the rest goes on.
        """,
        "POST / -> HTTP 500 CoreNLP request timed out. Your document may be too long.",
        "POST / -> HTTP 200",
        kind="text",
    ),
    Code(
        "NMT643",
        "a server does not answer in CoreNLP's JSON",
        "9.4",
        """
        Something answers at the address, but no CoreNLP server: often another service on the same port, or a page that
        asks to log in (401, 404). The message shows how the answer begins.
        """,
        "<html><body>Sign in</body></html>",
        '{"sentences": [{"index": 0, "tokens": [...], "basicDependencies": [...]}]}',
        kind="text",
    ),
    Code(
        "NMT644",
        "a server made another number of sentences",
        "9.4",
        """
        Each question is one line, and the server is asked to split at ends of lines only. It made two sentences of one
        question, or none. An old release may not know `ssplit.eolonly`, and a server may be told to overrule it.
        """,
        "How many cats are there? Are they big?   -> 2 sentences",
        "How many cats are there? Are they big?   -> 1 sentence",
        kind="text",
    ),
    Code(
        "NMT650",
        "a data set's files are there twice",
        "9.3",
        """
        VQA is told by the names of its files, and a folder holds those of both versions, or two of one name. Which of
        them is meant is never guessed: answers of one version say nothing about questions of the other. Of two files of
        layouts, `--programs` says which.
        """,
        "nmt train vqa DOWNLOADS              # v1 and v2, side by side",
        "mkdir v2 && mv v2_* train2014 val2014 v2/ && nmt train vqa v2",
        kind="shell",
    ),
    Code(
        "NMT651",
        "programs and questions differ in number",
        "9.3",
        """
        A file of programs goes with a file of questions, line by line, and one of them is longer. So from some line on
        each program would stand for another question. Of programs that are found by the words of their questions, none
        has those of any question. Take the file that was made of these questions, or make it anew with `nmt parse`.
        """,
        "nmt train vqa VQA --programs other.sps2",
        "nmt train vqa VQA --programs train2014.sps2",
        kind="shell",
    ),
    Code(
        "NMT652",
        "a program is of another question",
        "9.3",
        """
        Both the program and the question in whose place it stands have an id, and the ids differ: the file was made of
        other questions, or of the same in another order.
        """,
        "nmt train vqa VQA --programs v1.nmtp         # compiled from the questions of v1",
        "nmt train vqa VQA --programs v2.nmtp",
        kind="shell",
    ),
    Code(
        "NMT653",
        "a question has no program",
        "9.3",
        """
        VQA is published without layouts: they stand beside the questions as `SUBSET.sps2`, such as `train2014.sps2`, or
        in any file of programs that `--programs` names. Of a single question: its file of programs left it out.
        """,
        "nmt train vqa VQA                    # no train2014.sps2",
        "nmt train vqa VQA --programs train=train.sps2 --programs select=val.sps2",
        kind="shell",
    ),
    Code(
        "NMT654",
        "a question or an annotation cannot be used",
        "9.3",
        """
        One record of a data set is damaged, has no answers, has the id of one before it, or belongs to no other, as a
        question without an annotation. It is left out and told; the rest goes on. Many of them mean that the files are
        of different versions or subsets.
        """,
        '{"question_id": "nine", "image_id": 9, "question": "Is it red?"}',
        '{"question_id": 9, "image_id": 9, "question": "Is it red?"}',
        kind="text",
    ),
    Code(
        "NMT655",
        "the files of a SHAPES split do not fit together",
        "9.3",
        """
        Pictures, queries, questions and answers of a split are aligned by line: line N of each is about picture N. The
        message says how many each file has. One of them was cut off, or is of another split; fetch or make them again.
        """,
        "train.tiny.input.npy has 64, train.tiny.query has 63",
        "train.tiny.input.npy has 64, train.tiny.query has 64",
        kind="text",
    ),
    Code(
        "NMT656",
        "a picture of SHAPES shows something that is not known",
        "9.3",
        """
        What stands in each cell of a picture is told by matching it with circles, squares and triangles of every size,
        in red, green and blue. A cell of the pictures matches none; the message says where. Masks of its nodes cannot
        be known. The pictures may be of another data set, resized, or have their channels in another order.
        """,
        "cells of 10x10 pixels that hold a star",
        "cells of 10x10 pixels that hold a circle, a square or a triangle",
        kind="text",
    ),
    Code(
        "NMT657",
        "annotations are left over",
        "9.3",
        """
        A question is annotated twice, of which the first counts, or there are annotations of questions that the file
        of questions does not have. Nothing is lost by a few; many mean that the files are of different versions or
        subsets.
        """,
        "v2_mscoco_train2014_annotations.json beside a cut v2_OpenEnded_mscoco_train2014_questions.json",
        "both files as they were published",
        severity="warning",
        kind="text",
    ),
    Code(
        "NMT658",
        "programs are left over",
        "9.3",
        """
        Programs of a parser are found by the words of their questions, and some are of none of the questions that were
        read. The message shows the first. Nothing is lost by them; many mean that the file was made of other questions,
        or of the same with other words.
        """,
        "nmt train vqa VQA --programs all.terms           # of train2014 and val2014, one behind the other",
        "nmt train vqa VQA --programs train2014.terms",
        severity="warning",
        kind="shell",
    ),
)
