"""5xx: soft constraints and laws."""

from .code import Code

CODES = (
    Code(
        "NMT501",
        "a soft constraint can never be broken",
        "8.2",
        """
        By what is proved of its two sides, the condition always holds: its loss is 0 for ever, and its test cannot
        fail. It is not wrong, but it says nothing, and most often a number in it is not what was meant. Tighten it,
        or leave it out.
        """,
        """
        module blob(image: real[C, H, W]) -> m: mask
          soft filled: mean[H, W](m) <= 1
        """,
        """
        module blob(image: real[C, H, W]) -> m: mask
          soft filled: mean[H, W](m) <= 0.3
        """,
        severity="warning",
    ),
    Code(
        "NMT502",
        "a soft constraint can never be met",
        "8.2",
        """
        By what is proved of its two sides, the condition never holds: its loss has a floor that no training lowers,
        and it pulls at the module for ever. A comparison the wrong way round is the usual cause.
        """,
        """
        module blob(image: real[C, H, W]) -> m: mask
          soft filled: mean[H, W](m) >= 2
        """,
        """
        module blob(image: real[C, H, W]) -> m: mask
          soft filled: mean[H, W](m) >= 0.2
        """,
        severity="warning",
    ),
    Code(
        "NMT503",
        "a law is refuted by its bounds",
        "8.3",
        """
        A law is to hold for all values of its parameters' types, and what is proved of its two sides says that it
        holds for none. So no test is needed to know it wrong. Mend the law, or the op that it speaks of.
        """,
        "law shifted(x: mask): x + 2 == x",
        "law kept(x: mask): 1 - (1 - x) == x",
    ),
    Code(
        "NMT504",
        "a soft constraint reads a source",
        "8.1",
        """
        A soft constraint sees the parameters of its module, its words and its result, and nothing else: it is
        computed wherever the module is called, and tested with values of its types, where no data is at hand. Make
        the source a parameter of the module.
        """,
        """
        module blob(x: real[C]) -> m: mask
          soft near: mean[H, W](m) <= max[C, H, W](image)
        """,
        """
        module blob(x: real[C], peak: real) -> m: mask
          soft near: mean[H, W](m) <= peak
        """,
    ),
    Code(
        "NMT505",
        "a soft constraint weighs nothing",
        "8.1",
        """
        With `weight 0` the loss of a soft constraint is 0 whatever the module gives. It is still measured and tested,
        so this is a warning. Give it a weight, or leave it out. A weight below 0 cannot be written: turn the
        comparison round.
        """,
        """
        module blob(image: real[C, H, W]) -> m: mask
          soft small: mean[H, W](m) <= 0.3 weight 0
        """,
        """
        module blob(image: real[C, H, W]) -> m: mask
          soft small: mean[H, W](m) <= 0.3 weight 0.1
        """,
        severity="warning",
    ),
    Code(
        "NMT506",
        "a law does not hold",
        "8.3",
        """
        `nmt test` found values of the parameters' types for which the two sides of a law differ by more than
        rounding, and made them as small and plain as it could. Either the law says too much, or an op or module in it
        is wrong.
        """,
        """
        law averaged(a: mask, b: mask): (a + b) * 0.5 == max(a, b)     # nmt test: not for a = 1, b = 0
        """,
        """
        law averaged(a: mask, b: mask): (a + b) * 0.5 <= max(a, b)
        """,
        kind="text",
    ),
)
