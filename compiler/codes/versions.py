"""7xx: what differs between two versions of an interface (`nmt diff OLD NEW`)."""

from .code import Code

CODES = (
    Code(
        "NMT701",
        "a declaration was removed",
        "10.1",
        """
        Whatever names it no longer fits: programs, other packages, trained modules. A name that was changed is one
        that was removed and one that was added. Keep the old name beside the new one (`op old(x: mask) -> mask =
        new(x)`), or raise the first number of the version.
        """,
        "-op both(a: mask, b: mask) -> mask = min(a, b)",
        kind="diff",
    ),
    Code(
        "NMT702",
        "an op or module takes other arguments",
        "10.1",
        """
        The number of parameters or of family parameters changed, so each call of it has to be written anew. An op of
        another name that calls this one keeps both worlds.
        """,
        """
        -op near(x: mask) -> mask = x
        +op near(x: mask, most: chance) -> mask = x
        """,
        kind="diff",
    ),
    Code(
        "NMT703",
        "a parameter takes less",
        "10.1",
        """
        A parameter may widen: whoever called it with a mask still can. It narrowed here, or is of another type, so
        values that fitted no longer do.
        """,
        """
        -op faint(x: real[H, W]) -> real[H, W] = x * 0.5
        +op faint(x: mask) -> real[H, W] = x * 0.5
        """,
        kind="diff",
    ),
    Code(
        "NMT704",
        "a result gives more",
        "10.1",
        """
        A result may narrow: whoever relied on 0..1 still can. It widened here, or is of another type, so what was
        built on it no longer holds.
        """,
        """
        -op faint(x: mask) -> mask = x * 0.5
        +op faint(x: mask) -> real[H, W] = x * 0.5
        """,
        kind="diff",
    ),
    Code(
        "NMT705",
        "a family has other instances",
        "10.2",
        """
        A module has an instance for each word of its vocabulary, and its weights are stored by instance. Over another
        vocabulary they no longer fit.
        """,
        """
        -module find[c: COLOR](image: real[C, H, W]) -> mask
        +module find[t: THING](image: real[C, H, W]) -> mask
        """,
        kind="diff",
    ),
    Code(
        "NMT706",
        "words were removed from a vocabulary",
        "10.2",
        """
        Programs and answers that use them no longer fit, and neither do weights, which have a place for each word.
        Keep the words: one that never occurs costs little. The same is said of a union that lost a part.
        """,
        """
        -vocab TASTE = { sweet, sour, salty }
        +vocab TASTE = { sweet, sour }
        """,
        kind="diff",
    ),
    Code(
        "NMT707",
        "words of a vocabulary stand in another order",
        "10.2",
        """
        Everything still runs, and this is the danger: the weights of `sweet` are now taken for those of `sour`. Bring
        the order back, and add new words at the end. The same is said where words come from data in another way.
        """,
        """
        -vocab TASTE = { sweet, sour, salty }
        +vocab TASTE = { sour, sweet, salty }
        """,
        kind="diff",
    ),
    Code(
        "NMT708",
        "words were added to a vocabulary",
        "10.2",
        """
        Programs still fit, but trained weights have no place for the new words, and what was stored over the
        vocabulary has the old size. Train again, or begin from the old weights.
        """,
        """
        -vocab TASTE = { sweet, sour }
        +vocab TASTE = { sweet, sour, salty }
        """,
        kind="diff",
    ),
    Code(
        "NMT709",
        "a dim has another size",
        "10.2",
        """
        Weights that were shaped by it no longer fit, and stored values have the old size.
        """,
        """
        -dim P = 2
        +dim P = 3
        """,
        kind="diff",
    ),
    Code(
        "NMT710",
        "a type holds other values",
        "10.1",
        """
        Its shape, its domain, or what it refines is another, so its values no longer fit where they did. Changes of
        the ops and modules that speak of it are not told again.
        """,
        """
        -type heat = real[H, W] in 0..1
        +type heat = real[H, W] in 0..2
        """,
        kind="diff",
    ),
    Code(
        "NMT711",
        "a type has another enforcer",
        "10.2",
        """
        The raw numbers of a trained module now become other values: of a relu and a softplus, none is the other.
        Everything runs, but the numbers mean something else. Train again.
        """,
        """
        -type size = real in 0.. by relu
        +type size = real in 0.. by softplus
        """,
        kind="diff",
    ),
    Code(
        "NMT712",
        "an op or model computes something else",
        "10.2",
        """
        It fits wherever it did and computes something else, so modules that were trained below it were trained for
        another purpose, and what was stored is stale. It is told of an op that became a module or the reverse, and of
        a model, too. A body that is written otherwise and computes the same is no change.
        """,
        """
        -op both(a: mask, b: mask) -> mask = min(a, b)
        +op both(a: mask, b: mask) -> mask = a * b
        """,
        kind="diff",
    ),
    Code(
        "NMT713",
        "a declaration comes from another package",
        "10.1",
        """
        A type comes from another package, or the package has another name. Types of two packages are two types,
        though their numbers are alike, so what fitted the one need not mean the other.
        """,
        """
        -use std.answer @ 1.0.0 { logits }
        +type logits[V] = real[V] in -30..30 by clip
        """,
        kind="diff",
    ),
    Code(
        "NMT714",
        "a source asks for other data",
        "10.1",
        """
        Sources are columns of the data. One asks for other values than before, so data that could be used for the old
        interface may not be used for the new. A source that asks for less than before is safe.
        """,
        """
        -source depth : real[H, W]
        +source depth : real[H, W] in 0..
        """,
        kind="diff",
    ),
    Code(
        "NMT715",
        "another layout or model comes first",
        "10.2",
        """
        The first layout and model are those that commands take where none is named. Programs are now checked and run
        against another one.
        """,
        """
         layout question : dist[COLOR]
         module prior(image: real[C, H, W]) -> chance
         op guess(p: chance, a: dist[COLOR]) -> dist[COLOR] = softmax[COLOR](p * a)
        -model plain = question
         model loud = guess(prior(image), question)
        +model plain = question
        """,
        kind="diff",
    ),
    Code(
        "NMT716",
        "a target compares otherwise",
        "10.2",
        """
        Everything runs and trains, towards another end. Figures of old and new runs cannot be compared.
        """,
        """
         module find(image: real[C, H, W]) -> mask
        -target seen : mask from find by bce
        +target seen : mask from find by mse
        """,
        kind="diff",
    ),
    Code(
        "NMT717",
        "a promise changed",
        "10.2",
        """
        A soft constraint, a law or an expectation is worded anew. Programs and weights fit; what is trained for, or
        tested, is another.
        """,
        """
         module blob(image: real[C, H, W]) -> m: mask
        -  soft small: mean[H, W](m) <= 0.3
        +  soft small: mean[H, W](m) <= 0.1
        """,
        kind="diff",
    ),
    Code(
        "NMT718",
        "a declaration was added",
        "10.1",
        """
        Nothing breaks. A package that adds something raises the second number of its version, so that others can ask
        for it.
        """,
        "+op neither(a: mask, b: mask) -> mask = 1 - max(a, b)",
        severity="warning",
        kind="diff",
    ),
    Code(
        "NMT719",
        "a change that breaks nothing",
        "10.1",
        """
        A parameter widened, a result narrowed, or something else changed that all uses still fit.
        """,
        """
        -op faint(x: mask) -> real[H, W] in 0.. = x * 0.5
        +op faint(x: mask) -> real[H, W] in 0..1 = x * 0.5
        """,
        severity="warning",
        kind="diff",
    ),
    Code(
        "NMT720",
        "the version does not say what changed",
        "10.2",
        """
        A package that breaks something raises the first number of its version, one that adds something the second,
        and the third is for the rest. A `use` takes any newer version with the same first number, so a number that
        says too little hands the break to others silently.
        """,
        """
        -package rules @ 1.0.0
        +package rules @ 1.0.1
        -op both(a: mask, b: mask) -> mask = min(a, b)
        """,
        """
        -package rules @ 1.0.0
        +package rules @ 2.0.0
        -op both(a: mask, b: mask) -> mask = min(a, b)
        """,
        kind="diff",
    ),
)
