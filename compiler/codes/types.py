"""3xx: types, domains and bounds."""

from .code import Code

CODES = (
    Code(
        "NMT301",
        "a value is of another type",
        "5.2",
        """
        Both types have a name, and the one given is neither the one asked for nor a refinement of it. Equal numbers
        with another meaning do not fit: a mask is no heat map, though both are maps of 0..1. If it is meant, say so:
        declare the type as a refinement (`type heat = mask`), or make the one from the other in an op.
        """,
        """
        type heat = real[H, W] in 0..1 by sigmoid
        op half(x: heat) -> heat = x * 0.5
        op faint(x: mask) -> heat = half(x)
        """,
        """
        type heat = mask
        op half(x: mask) -> mask = x * 0.5
        op faint(x: heat) -> mask = half(x)
        """,
    ),
    Code(
        "NMT302",
        "an argument can leave the domain",
        "5.1",
        """
        The shape fits, but not every number that the value can have lies in the domain that is asked for; the label
        says where the value lies. A refinement, too, has to stay inside what it refines. Bring the value inside:
        `max` or `min` with an end, a mean in place of a sum, `normalize[V](x)` for a distribution.
        """,
        """
        op invert(x: mask) -> mask = 1 - x
        op twice(x: mask) -> mask = invert(x + x)
        """,
        """
        op invert(x: mask) -> mask = 1 - x
        op twice(x: mask) -> mask = invert(min(x + x, 1))
        """,
    ),
    Code(
        "NMT303",
        "the body of an op can leave its domain",
        "6.1",
        """
        What an op gives is proved to lie in the domain of its result, whatever its inputs are, and here it can lie
        outside; the label says where. Whoever calls the op relies on that domain. A typical case is `a + b` for the
        OR of two masks: `max(a, b)` stays inside. The chance that one or the other holds is `a + (1 - a) * b`. Or
        declare the wider domain that the label shows.
        """,
        "op either(a: mask, b: mask) -> mask = a + b",
        "op either(a: mask, b: mask) -> mask = max(a, b)",
    ),
    Code(
        "NMT304",
        "a divisor can be 0, or a function is asked outside its domain",
        "6.2",
        """
        A divisor excludes 0, `log` takes numbers above 0, `sqrt` and `pow` with a broken exponent take 0 or more.
        Else one sample in a million would give NaN, and training would end there. `normalize[V](x)` and
        `average[D](x, w)` are divisions that are safe; or keep away from 0 by hand: `log(x + 1e-6)`.
        """,
        "op share(a: mask, b: mask) -> real[H, W] = a / b",
        "op share(a: mask, b: mask) -> real[H, W] = a / (b + 0.01)",
    ),
    Code(
        "NMT305",
        "an enforcer does not keep the domain",
        "5.6",
        """
        An enforcer puts any real numbers into a domain: `sigmoid` into 0..1, `tanh` into -1..1, `relu` and `softplus`
        into 0.., `softmax` into a simplex, `clip` into a range with an end, `step` into {0, 1}. This one can give
        numbers outside the domain of its type. Take one that stays inside, or widen the domain.
        """,
        "type gap = real[COLOR] in 0..1 by tanh",
        "type gap = real[COLOR] in -1..1 by tanh",
    ),
    Code(
        "NMT306",
        "nothing keeps numbers in a domain",
        "5.7",
        """
        A module may give any real number, so the type of what it gives says by which function it is kept in its
        domain. Only a declared type can, with `by ...`; a type that is narrowed does not inherit the enforcer of the
        wider one. The same is asked of a type that a cast names.
        """,
        "module score(image: real[C, H, W]) -> real in 0..1",
        "module score(image: real[C, H, W]) -> chance",
    ),
    Code(
        "NMT307",
        "a cast would change what fits already",
        "5.8",
        """
        `e as T` applies the enforcer of T. A value that lies in the domain of T would still be changed by it: the
        sigmoid of 0.9 is 0.71. Nobody wants that, so it is an error. Leave the cast out.
        """,
        "op sure(x: mask) -> mask = x as mask",
        "op sure(x: mask) -> mask = x",
    ),
    Code(
        "NMT308",
        "a call has another number of arguments",
        "4.5",
        """
        An op or module is called with one argument for each parameter. `min` and `max` have two forms: with dims in
        brackets they take one argument, `max[H](x)`, without them two or more, `max(x, y)`.
        """,
        "op most(x: mask) -> mask = max(x)",
        "op most(x: mask) -> real = max[H, W](x)",
    ),
    Code(
        "NMT309",
        "a primitive or loss asks for another domain",
        "6.3",
        """
        Some need more than a shape: the weights of `average` and what `normalize` takes are 0 or more, `below` takes
        a distribution, `bernoulli` one chance in 0..1, and the loss `bce` numbers in 0..1. Without that, what they
        give would lie in no domain that could be proved.
        """,
        "op colors(x: real[COLOR]) -> dist[COLOR] = normalize[COLOR](x)",
        "op colors(x: real[COLOR] in 0..) -> dist[COLOR] = normalize[COLOR](x)",
    ),
    Code(
        "NMT310",
        "words stand where numbers belong, or the reverse",
        "5.9",
        """
        Words of a vocabulary are names, not numbers: there is no sum of red and blue. They go into modules, which may
        embed them, and into targets, which `nll` compares with a distribution; `bce` and `mse` compare numbers. A
        module gives a distribution over words, never a word.
        """,
        "module name(image: real[C, H, W]) -> COLOR",
        "module name(image: real[C, H, W]) -> dist[COLOR]",
    ),
    Code(
        "NMT311",
        "a plain number belongs here",
        "6.3",
        """
        The exponent of `pow` is a number that stands in the text, since the bound of a power hangs on whether it is
        whole, even, or below 0. For an exponent that is computed, `exp(y * log(x))` says the same, and asks that x is
        above 0.
        """,
        "op power(x: mask, y: mask) -> mask = pow(x, y)",
        "op power(x: mask) -> mask = pow(x, 2)",
    ),
    Code(
        "NMT312",
        "nothing lies in a range",
        "5.1",
        """
        A range runs from its lower to its upper end, both included; this one runs backwards, so no number lies in it.
        Swap the ends.
        """,
        "type shade = real[H, W] in 1..0",
        "type shade = real[H, W] in 0..1",
    ),
)
