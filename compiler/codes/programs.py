"""4xx: files of programs, and programs against an interface."""

from .code import Code

CODES = (
    Code(
        "NMT401",
        "a file of programs cannot be opened",
        "9.4",
        """
        The file is not there, is a folder, or may not be read; the message has the words of the system. Check the
        path.
        """,
        "nmt compile clevr CLEVR_val_questons.json",
        "nmt compile clevr CLEVR_val_questions.json",
        kind="shell",
    ),
    Code(
        "NMT402",
        "a file of programs is broken",
        "7.5",
        """
        The file as such cannot be read on: it is empty, is no JSON, ends in the middle of a record (a copy that was
        cut short), or has no list of questions. What came before was read. The message says how far, in bytes. Fetch
        or make the file again.
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0]}]}]}
        """,
        kind="json",
    ),
    Code(
        "NMT403",
        "a record is no question that can be used",
        "7.5",
        """
        A record lacks its program or answer, or a field of it is of another kind than in CLEVR's files. It is left
        out and the rest goes on. The released test split has no programs: none of its questions can be compiled. A
        plain term such as `exist(scene())` that does not end, or has something else behind it, gives this code, too.
        """,
        """
        {"questions": [{"question": "Are there any things?", "answer": "yes"}]}
        """,
        """
        {"questions": [{"question": "Are there any things?", "answer": "yes",
          "program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0]}]}]}
        """,
        kind="json",
    ),
    Code(
        "NMT404",
        "a program calls what the interface has not",
        "7.1",
        """
        Programs call ops and modules of the interface by name. The data may be of another kind than the interface is
        written for; else add an op of this name: that is how an interface is fitted to data.
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}, {"function": "exsit", "inputs": [0]}]}]}
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0]}]}]}
        """,
        kind="json",
    ),
    Code(
        "NMT405",
        "a call of a program has another number of inputs",
        "7.1",
        """
        A call gets as many inputs as its op or module has parameters. `nmt show` prints the signatures.
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0, 0]}]}]}
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0]}]}]}
        """,
        kind="json",
    ),
    Code(
        "NMT406",
        "a program reads what is not there yet",
        "7.1",
        """
        The inputs of a call are numbers of earlier calls of the same program. A number that is its own or a later one
        would be a circle, a number below 0 is none.
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [1]}]}]}
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0]}]}]}
        """,
        kind="json",
    ),
    Code(
        "NMT407",
        "a word of a program is not in the vocabulary",
        "7.2",
        """
        The op asks for a word of a certain vocabulary, and the program gives another. It is a slip of the data, or
        the vocabulary of the interface lacks the word. Weights that are trained know only the words that they were
        trained with, so adding one is a new version.
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []},
          {"function": "filter_color", "inputs": [0], "value_inputs": ["reed"]},
          {"function": "exist", "inputs": [1]}]}]}
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []},
          {"function": "filter_color", "inputs": [0], "value_inputs": ["red"]},
          {"function": "exist", "inputs": [1]}]}]}
        """,
        kind="json",
    ),
    Code(
        "NMT408",
        "an input of a program does not fit",
        "7.1",
        """
        What an earlier call gives is not of the type that this call takes: in CLEVR, `relate` takes one object, so
        the set that `scene` gives goes through `unique` first. Programs are held to the same types as bodies of ops.
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []},
          {"function": "query_color", "inputs": [0]}]}]}
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []},
          {"function": "unique", "inputs": [0]}, {"function": "query_color", "inputs": [1]}]}]}
        """,
        kind="json",
    ),
    Code(
        "NMT409",
        "a program gives another type than the layout",
        "7.3",
        """
        A layout is the type of a whole program, and what the last call gives does not fit it: the program is not
        finished, or it is of another kind than this interface answers.
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}]}]}
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0]}]}]}
        """,
        kind="json",
    ),
    Code(
        "NMT410",
        "a program can never give its answer",
        "7.4",
        """
        The program is a distribution over a vocabulary that the answer is not in: a question for a color is never
        answered by `cube`. Its loss would never fall, whatever is learned. Correct the answer or the program.
        """,
        """
        {"questions": [{"answer": "cube",
          "program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0]}]}]}
        """,
        """
        {"questions": [{"answer": "yes",
          "program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0]}]}]}
        """,
        kind="json",
    ),
    Code(
        "NMT411",
        "a call of a program has another number of words",
        "7.1",
        """
        A call gets as many words as its op has family parameters of words: `filter_color` takes one, `scene` none. In
        CLEVR's files they stand in `value_inputs`.
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": [], "value_inputs": ["red"]},
          {"function": "exist", "inputs": [0]}]}]}
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0]}]}]}
        """,
        kind="json",
    ),
    Code(
        "NMT412",
        "a program is empty",
        "7.1",
        """
        A program has at least one call; its last one is what the program gives.
        """,
        """
        {"questions": [{"program": []}]}
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0]}]}]}
        """,
        kind="json",
    ),
)
