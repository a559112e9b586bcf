"""1xx: names, packages and vocabularies."""

from .code import Code

CODES = (
    Code(
        "NMT101",
        "nothing is called so",
        "2.1",
        """
        A name is used that is not declared in this file and not brought in by `use`, or a command names a model that
        the interface has not. What is unknown fits everything from there on, so this is reported once and breeds no
        other errors. If one known name is close, the help line has it; else declare the name, or import it.
        """,
        "op same(x: maks) -> mask = x",
        "op same(x: mask) -> mask = x",
    ),
    Code(
        "NMT102",
        "a name is declared twice",
        "2.1",
        """
        Within a role, a name stands for one thing. Ops and modules share a role, since programs call both alike, and
        so do dims and vocabularies. Names of primitives (`max`, `sum`, ...) are taken. The note says where the first
        one stands; rename or remove one of the two. What is both imported and declared: take it out of the `use`.
        """,
        """
        op half(x: mask) -> mask = x * 0.5
        module half(x: mask) -> mask
        """,
        """
        op half(x: mask) -> mask = x * 0.5
        module faint(x: mask) -> mask
        """,
    ),
    Code(
        "NMT103",
        "a package is not found",
        "2.4",
        """
        The package `std.answer` is the file `std/answer.nmt`. It is looked for beside the file that uses it, one
        folder above, and in the standard library; the label says where that was. The code is also given where the
        file found says that it is another package, and where `--use OLD=NEW` swaps a package that nothing uses.
        """,
        """
        package shop @ 1.0.0
        use std.anwser @ 1.0.0 { BOOL }
        """,
        """
        package shop @ 1.0.0
        use std.answer @ 1.0.0 { BOOL }
        """,
    ),
    Code(
        "NMT104",
        "a package has another version",
        "2.4",
        """
        A package serves a `use` if the first number of its version is the one asked for, and if it is not older. A
        new first number says that something broke, so it is never taken silently. Look what changed (`nmt diff OLD
        NEW`), then ask for the version that is there, or bring the version that you ask for.
        """,
        """
        package shop @ 1.0.0
        use std.answer @ 2.0.0 { BOOL }
        """,
        """
        package shop @ 1.0.0
        use std.answer @ 1.0.0 { BOOL }
        """,
    ),
    Code(
        "NMT105",
        "a package has no such name",
        "2.4",
        """
        The package is there, but declares nothing of this name, and imports nothing of this name itself. Each
        imported name comes in every role that it has there. Correct the name, or take it out.
        """,
        """
        package shop @ 1.0.0
        use std.answer @ 1.0.0 { BOOL, dits }
        """,
        """
        package shop @ 1.0.0
        use std.answer @ 1.0.0 { BOOL, dist }
        """,
    ),
    Code(
        "NMT106",
        "a name stands for something else",
        "2.1",
        """
        The name is known, but not in the role that is asked for here: a type where a value belongs, a dim without
        words where a vocabulary belongs, an op where a module belongs (`expect` and `surrogate` speak of modules
        alone). A word is no value; it stands in the brackets of a call.
        """,
        "op most(x: mask) -> real = max[H, W](mask)",
        "op most(x: mask) -> real = max[H, W](x)",
    ),
    Code(
        "NMT107",
        "something is defined by itself",
        "2.2",
        """
        Ops, types, vocabularies or packages go in a circle; the message shows it. Ops never recurse, so every program
        becomes a finite graph before anything runs, and its cost is known. Break the circle: put what two need into a
        third.
        """,
        """
        op ping(x: mask) -> mask = pong(x)
        op pong(x: mask) -> mask = ping(x)
        """,
        """
        op ping(x: mask) -> mask = pong(x)
        op pong(x: mask) -> mask = 1 - x
        """,
    ),
    Code(
        "NMT108",
        "a word stands twice in a vocabulary",
        "3.5",
        """
        A word is a place of its vocabulary, and a place has one number. A word that is listed twice, or that two
        parts of a union have in common, would have two. Remove one, or give the two things that it means two words.
        """,
        "vocab HUE = { red, orange, red }",
        "vocab HUE = { red, orange }",
    ),
    Code(
        "NMT109",
        "no word, enforcer, loss or claim is called so",
        "4.1",
        """
        The name is not in a list that is known as a whole: the words of a vocabulary, the enforcers (`sigmoid`, ...),
        the losses (`nll`, `bce`, `mse`), the claims of `expect`. The label or note has the list. A family takes the
        words of its own vocabulary, or a vocabulary that is a part of it.
        """,
        """
        module find[c: COLOR](image: real[C, H, W]) -> mask
        op pinks() -> mask = find[pink](image)
        """,
        """
        module find[c: COLOR](image: real[C, H, W]) -> mask
        op reds() -> mask = find[red](image)
        """,
    ),
    Code(
        "NMT110",
        "a vocabulary has no words, or too many",
        "3.5",
        """
        A vocabulary is a dim, and a dim has at least one place. A range that runs backwards (`10..0`) and an empty
        file have no words. The most is 1,000,000 words. Words that are bound by hand are for vocabularies from data
        alone.
        """,
        "vocab COUNT = { 10..0 }",
        "vocab COUNT = { 0..10 }",
    ),
    Code(
        "NMT111",
        "the file of a vocabulary cannot be read",
        "3.6",
        """
        `from "words.txt"` reads words from a text file, one a line, UTF-8, at a path that is meant from the folder of
        the interface. The message says why it cannot be read.
        """,
        """
        vocab TOOL from "tools.text"
        """,
        """
        vocab TOOL = { hammer, saw }     # or put the file beside the interface
        """,
    ),
    Code(
        "NMT112",
        "a parameter of an op needs a name",
        "2.3",
        """
        The body of an op is a formula over its parameters, so each has a name. A module's body is code, and there the
        name may be left out: `module find(mask) -> mask`.
        """,
        "op same(mask) -> mask = 1",
        "op full(x: mask) -> mask = max(x, 1)",
    ),
    Code(
        "NMT113",
        "a model does not take its layout once",
        "8.7",
        """
        A model says how a program becomes the prediction, so its body names the layout, in whose place the program is
        put, exactly once. With none, programs would not matter; with two, each would be computed twice.
        """,
        """
        layout question : dist[COLOR]
        module guess(image: real[C, H, W]) -> dist[COLOR]
        model blind = guess(image)
        """,
        """
        layout question : dist[COLOR]
        model plain = question
        """,
    ),
    Code(
        "NMT114",
        "`--use` or `--set` is not written as it should be",
        "9.4",
        """
        `--use OLD=NEW` puts the package NEW in the place of OLD, `--set MODULE.SETTING=NUMBER` gives a setting to the
        implementation of a module. Both may be given several times.
        """,
        "nmt check clevr_paper --use std.classic",
        "nmt check clevr_paper --use std.typed=std.classic",
        kind="shell",
    ),
)
