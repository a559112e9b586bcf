"""4xx: files of programs as such."""

from .code import Code

CODES = (
    Code(
        "NMT413",
        "a line is no UTF-8 text",
        "7.5",
        """
        Files of programs are UTF-8. The message says which byte of the line is none, often a letter with an accent of
        an older encoding. The line is left out and the rest goes on. Save the file as UTF-8, for instance with
        `iconv -f latin1 -t utf-8`.
        """,
        "zebra\\xe9s",
        "zebra\u00e9s",
        kind="text",
    ),
    Code(
        "NMT414",
        "a line is too long to be a program",
        "7.5",
        """
        A line has more than a million bytes. It is left out, whatever it holds, and the rest goes on. A file without
        line ends is often another kind of file than its name says.
        """,
        "(is (and dog (and dog (and dog ...",
        "(is dog)",
        kind="text",
    ),
    Code(
        "NMT415",
        "a program cannot be written in a format",
        "7.5",
        """
        Formats differ in what they can hold: `.sps2` has heads, leaves and `and`, CLEVR's files have words only where
        CLEVR's functions have. A program that another format cannot hold is told, never written changed.
        """,
        "nmt convert questions.json --to sps2",
        "nmt convert questions.json --to terms",
        kind="shell",
    ),
    Code(
        "NMT416",
        "the format of a file cannot be told",
        "7.5",
        """
        Formats are told by what stands in a file. Nothing that is known looks like the beginning of this one. Say what
        it is with `--format NAME`; `nmt compile --help` lists them.
        """,
        "nmt compile vqa notes.docx",
        "nmt compile vqa layouts.txt --format sps2",
        kind="shell",
    ),
    Code(
        "NMT417",
        "a compiled file is damaged",
        "7.5",
        """
        `nmt compile --out` writes a file of arrays with a check sum for each. This one was cut short, changed, or is
        another kind of file. Nothing of it is used. Make it again from the original file.
        """,
        "nmt plan clevr half_copied.nmtp",
        "nmt compile clevr CLEVR_train_questions.json --out train.nmtp",
        kind="shell",
    ),
    Code(
        "NMT418",
        "a compiled file was made for another interface",
        "7.5",
        """
        A compiled file holds what fitted the interface that it was made for. Programs that another interface would
        accept may be missing in it, and nobody would see that. Compile the original file again. Words that data brings
        to a vocabulary make no other interface of it.
        """,
        "nmt compile clevr questions.json --out train.nmtp && nmt plan clevr_paper train.nmtp",
        "nmt compile clevr_paper questions.json --out train.nmtp && nmt plan clevr_paper train.nmtp",
        kind="shell",
    ),
    Code(
        "NMT419",
        "a compiled file was written by a newer release",
        "7.5",
        """
        Its form is newer than this release knows. Install the release that wrote it (the file's header names it), or
        compile the programs again with this one.
        """,
        "nmt plan clevr train.nmtp",
        "pip install --upgrade ntypes",
        kind="shell",
    ),
)
