"""4xx: programs of CLEVR and GQA."""

from .code import Code

CODES: tuple[Code, ...] = (
    Code(
        "NMT430",
        "no question of a file has a program",
        "7.5",
        """
        All questions of a file lack their programs, as those of the released test split do, and of CLEVR-Humans. It is
        said once. Take another split, or give layouts for these questions in a file of their own. Where only some
        questions lack a program, each of those is told with NMT403.
        """,
        """
        {"questions": [{"question": "Are there any things?"}, {"question": "How many things are there?"}]}
        """,
        """
        {"questions": [{"question": "Are there any things?",
          "program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0]}]}]}
        """,
        kind="json",
    ),
    Code(
        "NMT431",
        "a program string calls what is no function of CLEVR",
        "7.5",
        """
        In clevr-iep's strings only the name of a function says how many inputs it takes, so no others than CLEVR's can
        be read. Other programs can be written as plain terms, which have parentheses.
        """,
        "exsit filter_color[red] scene",
        "exist filter_color[red] scene",
        kind="iep-prefix",
    ),
    Code(
        "NMT432",
        "a program string does not come out even",
        "7.5",
        """
        A function lacks an input, or something is left over that no function reads. A line that was cut reads like
        this, or one in the other order: `exist scene` is prefix, `scene exist` is postfix.
        """,
        "exist union scene",
        "exist union scene scene",
        kind="iep-prefix",
    ),
    Code(
        "NMT433",
        "a step of a GQA program is none that is known",
        "7.5",
        """
        Each operation of GQA has an argument of its own form: `relate`, `verify rel` and `choose rel` a name, a
        relation and a side (`cart,near,s (1039872)`), `query` the name of an attribute. The message says which step
        differs. It is left out and the rest goes on.
        """,
        """
        {"1": {"imageId": "2", "question": "Is it near?", "semantic": [
          {"operation": "select", "argument": "sky (1)", "dependencies": []},
          {"operation": "relate", "argument": "cart,near", "dependencies": [0]}]}}
        """,
        """
        {"1": {"imageId": "2", "question": "Is it near?", "semantic": [
          {"operation": "select", "argument": "sky (1)", "dependencies": []},
          {"operation": "relate", "argument": "cart,near,s (1039872)", "dependencies": [0]}]}}
        """,
        kind="gqa",
    ),
    Code(
        "NMT435",
        "a program has two results",
        "7.1",
        """
        The last call of a program is its result. Another call that has inputs, and that nothing reads, would be a
        second one: most often a number in `inputs` is wrong. A call without inputs that nothing reads, such as a
        `scene` too many, is left out of the network, and no fault.
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}, {"function": "exist", "inputs": [0]},
          {"function": "count", "inputs": [0]}]}]}
        """,
        """
        {"questions": [{"program": [{"function": "scene", "inputs": []}, {"function": "count", "inputs": [0]}]}]}
        """,
        kind="json",
    ),
)
