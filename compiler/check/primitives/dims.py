"""What runs over dims: sums, means, products, and what makes distributions."""

from __future__ import annotations

from nmt.ntypes import Dim, Interval, Simplex, Size, Type
from nmt.ntypes.dims import show
from nmt.ntypes.domains import INF, UNIT, Domain, hull

from .given import Fault, Given, between, corners, product, without


def _total(domain: Domain, over: tuple[Dim, ...]) -> Interval:
    """Bounds of a sum over dims, of at least one number each."""
    each, count = hull(domain), 1.0
    if isinstance(domain, Simplex) and domain.over in over:
        each, over = Interval(1.0, 1.0), tuple(dim for dim in over if dim != domain.over)
    for dim in over:
        if dim.size is None:
            return Interval(each.low if each.low >= 0 else -INF, each.high if each.high <= 0 else INF)
        count *= dim.size
    return between(product(count, each.low), product(count, each.high))


def total(given: Given) -> Type:
    """`sum[D](a)`."""
    return Type(without(given, given.args[0]), _total(given.args[0].domain, given.over))


def mean(given: Given) -> Type:
    """`mean[D](a)`; a mean of distributions is one."""
    shape, domain = without(given, given.args[0]), given.args[0].domain
    kept = isinstance(domain, Simplex) and domain.over not in given.over
    return Type(shape, domain if kept else hull(domain))


def average(given: Given) -> Type:
    """`average[D](a, w)`, the mean of a by weights of 0 or more; weights that are all 0 give 0."""
    value, weights = given.args
    shape = without(given, value)
    wanted = tuple(Size.of(dim) for dim in given.over)
    if weights.shape != wanted:
        message = f"the weights of `average` have the shape {show(wanted)}"
        raise Fault("NMT201", message, arg=1, label=f"this is {show(weights.shape)}")
    if hull(weights.domain).low < 0.0:
        raise Fault("NMT309", "the weights of `average` are 0 or more", arg=1, label=f"this is {weights.domain}")
    bound = hull(value.domain)
    return Type(shape, Interval(min(bound.low, 0.0), max(bound.high, 0.0)))


def dot(given: Given) -> Type:
    """`dot[V](w, a)`, the sum of w * a over V. By a distribution w it is a mean of a, so distributions stay such."""
    (dim,) = given.over
    weights, value = given.args
    if weights.shape != (Size.of(dim),):
        message = f"the first argument of `dot` has the shape [{dim}]"
        raise Fault("NMT201", message, arg=0, label=f"this is {show(weights.shape)}")
    shape = without(given, value, 1)
    if isinstance(weights.domain, Simplex):
        marginal = isinstance(value.domain, Simplex) and value.domain.over != dim
        return Type(shape, value.domain if marginal else hull(value.domain))
    if value.domain == Simplex(dim):
        return Type(shape, hull(weights.domain))
    return Type(shape, _total(corners(product, hull(weights.domain), hull(value.domain)), (dim,)))


def below(given: Given) -> Type:
    """`below[V](p)`, the mass before each word."""
    (dim,) = given.over
    without(given, given.args[0])
    if given.args[0].domain != Simplex(dim):
        raise Fault("NMT309", f"`below` takes a distribution over {dim}", arg=0, label=f"this is {given.args[0]}")
    return Type(given.args[0].shape, UNIT)


def normalize(given: Given) -> Type:
    """`normalize[V](a)`, a of 0 or more divided by its sum."""
    (dim,) = given.over
    without(given, given.args[0])
    if hull(given.args[0].domain).low < 0.0:
        raise Fault("NMT309", "`normalize` takes numbers of 0 or more", arg=0, label=f"this is {given.args[0].domain}")
    return Type(given.args[0].shape, Simplex(dim))


def softmax(given: Given) -> Type:
    """`softmax[V](a)`; over several dims, all of them together sum to 1."""
    without(given, given.args[0])
    return Type(given.args[0].shape, Simplex(given.over[0]) if len(given.over) == 1 else UNIT)


def bernoulli(given: Given) -> Type:
    """`bernoulli[BOOL](p)`, the distribution over two words of which the second has the chance p."""
    (dim,) = given.over
    if dim.words is None or len(dim.words) != 2:
        known = "is none" if dim.words is None else f"has {len(dim.words)}"
        raise Fault("NMT204", f"`bernoulli` needs a vocabulary of two words, {dim} {known}")
    if given.args[0].shape or UNIT.why_not(given.args[0].domain):
        raise Fault("NMT309", "`bernoulli` takes a chance, one number in 0..1", arg=0, label=f"this is {given.args[0]}")
    return Type((Size.of(dim),), Simplex(dim))
