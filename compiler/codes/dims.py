"""2xx: dims, sizes and brackets."""

from .code import Code

CODES = (
    Code(
        "NMT201",
        "two shapes differ",
        "3.1",
        """
        Dims are nominal: H is not W, though both may be 14 in your data, and a sum or a product of dims equals
        another only where it is the same polynomial. So a transposed map is an error here, and not a network that
        learns nothing. Sums, comparisons and targets need equal shapes; a scalar fits any. Name the dims in their
        order, or bring the value into shape: `mean[W](x)`.
        """,
        "op turned(x: real[W, H]) -> real[H, W] = x",
        "op turned(x: real[H, W]) -> real[H, W] = x",
    ),
    Code(
        "NMT202",
        "a dim is not in the shape, or twice",
        "3.7",
        """
        A primitive such as `sum[H]` works along dims that stand in the shape of its argument, each once, and a
        simplex is over a dim of its own type. If the dim stands twice in the shape, nobody could tell which is meant.
        Name a dim that the label shows.
        """,
        "op total(x: mask) -> real in 0.. = sum[C](x)",
        "op total(x: mask) -> real in 0.. = sum[H, W](x)",
    ),
    Code(
        "NMT203",
        "nothing says what a family dim is",
        "4.2",
        """
        An op or module is written for any vocabulary or dim, `[V]`, and neither the brackets of the call nor the
        shapes of the arguments say which. Where the result alone speaks of it, it has to be written:
        `describe[COLOR](x)`.
        """,
        """
        module describe[V: vocab](x: real[C]) -> dist[V]
        op color(x: real[C]) -> dist[COLOR] = describe(x)
        """,
        """
        module describe[V: vocab](x: real[C]) -> dist[V]
        op color(x: real[C]) -> dist[COLOR] = describe[COLOR](x)
        """,
    ),
    Code(
        "NMT204",
        "brackets take something else",
        "4.4",
        """
        Brackets hold what was declared: a word or a vocabulary for `[c: COLOR]`, a dim for `[V]`, sizes for a type
        such as `dist[V]`, dims for a primitive. The note shows the declaration. A module has one vocabulary of
        instances at most, a call takes one vocabulary at a time, and a simplex is over one dim.
        """,
        """
        module find[c: COLOR](image: real[C, H, W]) -> mask
        op seen() -> mask = find(image)
        """,
        """
        module find[c: COLOR](image: real[C, H, W]) -> mask
        op seen() -> mask = find[red](image)
        """,
    ),
    Code(
        "NMT205",
        "a dim that varies stands where sizes are fixed",
        "3.4",
        """
        `dim T varies` has another size in each sample, such as the length of a sentence. Only sources of words and
        the parameters of modules may have it: what they get is padded, and the module knows how. All else is computed
        for many samples at once and needs one size. Let a module make something of one size from it.
        """,
        """
        dim T varies
        source frames : real[T, C]
        """,
        """
        dim T varies
        source words : COLOR[T]
        """,
    ),
    Code(
        "NMT206",
        "a dim has no places",
        "3.1",
        """
        A dim has at least one place: over none, a mean is no number, and a largest value does not exist. Write 1 or
        more, or leave the size to the data: `dim P`.
        """,
        "dim P = 0",
        "dim P = 2",
    ),
)
