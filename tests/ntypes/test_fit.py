"""What fits where: by name along refinements, by structure without a name."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nmt.ntypes import (
    REALS,
    UNIT,
    UNKNOWN,
    Dim,
    Domain,
    Fit,
    Interval,
    Misfit,
    Simplex,
    Size,
    Type,
    TypeName,
    Values,
    fit,
    fit_by_structure,
)

H, W = Dim("H", "test"), Dim("W", "test")
COLOR = Dim("COLOR", "test", 2, ("red", "blue"), vocabulary=True)
SHAPE = Dim("SHAPE", "test", 1, ("cube",), vocabulary=True)
BOTH = Dim("BOTH", "test", 3, ("red", "blue", "cube"), (COLOR, SHAPE), vocabulary=True)
shapes = st.lists(st.sampled_from([H, W, COLOR]), max_size=2).map(lambda dims: tuple(map(Size.of, dims)))
domains: st.SearchStrategy[Domain] = st.sampled_from(
    [REALS, UNIT, Interval(0.0), Interval(-1.0, 1.0), Interval(0.2, 0.4), Values((0.0, 1.0)), Interval(1.0, 1.0)]
)


@st.composite
def bare(draw: st.DrawFn) -> Type:
    """A type without a name."""
    shape = draw(shapes)
    over = [size.dim for size in shape if size.dim == COLOR]
    if len(over) == 1 and draw(st.booleans()):
        return Type(shape, Simplex(COLOR))
    return Type(shape, draw(domains))


@st.composite
def refinements(draw: st.DrawFn) -> list[Type]:
    """Types, each a refinement of the one before: another name, and a domain within its."""
    chain = [draw(bare())]
    for number in range(draw(st.integers(1, 4))):
        last = chain[-1]
        domain = draw(st.just(last.domain) | domains)
        assume(last.domain.why_not(domain) is None)
        names = (TypeName("test", f"t{number}"), *last.names)
        chain.append(Type(last.shape, domain, names=names))
    return chain[1:]


types = bare() | refinements().map(lambda chain: chain[-1]) | st.just(UNKNOWN) | st.just(Type(words=COLOR))


def fits(formal: Type, actual: Type) -> bool:
    return isinstance(fit(formal, actual), Fit)


@given(types)
def test_fit_is_reflexive(a: Type) -> None:
    assert fit(a, a) == Fit()
    assert fit_by_structure(a, a) == Fit()


@given(refinements())
def test_a_refinement_fits_all_above_it_and_none_fits_the_reverse(chain: list[Type]) -> None:
    for above, formal in enumerate(chain):
        for below, actual in enumerate(chain):
            assert fits(formal, actual) == (above <= below)


@given(bare(), bare(), bare())
def test_fit_by_structure_is_transitive(a: Type, b: Type, c: Type) -> None:
    if isinstance(fit_by_structure(a, b), Fit) and isinstance(fit_by_structure(b, c), Fit):
        assert isinstance(fit_by_structure(a, c), Fit)


@given(refinements(), bare())
def test_a_type_without_a_name_asks_for_structure_alone(chain: list[Type], formal: Type) -> None:
    for actual in chain:
        assert fit(formal, actual) == fit_by_structure(formal, actual)
        assert fit(actual, formal) == fit_by_structure(actual, formal)


@given(types)
def test_what_is_unknown_fits_everywhere(a: Type) -> None:
    assert fit(UNKNOWN, a) == fit(a, UNKNOWN) == Fit()


@given(bare())
def test_a_scalar_fits_any_shape_if_its_domain_does(formal: Type) -> None:
    one = Type((), Interval(0.3, 0.3))
    wanted = formal.domain.why_not(one.domain) is None
    outcome = fit(formal, one)
    assert isinstance(outcome, Fit) == wanted
    assert outcome == Fit("scalar" if formal.shape else "as it is") or not wanted


def dist(vocab: Dim, name: str = "dist", shape: tuple[Dim, ...] = ()) -> Type:
    sizes = tuple(map(Size.of, (*shape, vocab)))
    return Type(sizes, Simplex(vocab), "softmax", (TypeName("test", name, (Size.of(vocab),)),))


def test_only_distributions_widen_and_only_to_their_union() -> None:
    assert fit(dist(BOTH), dist(COLOR)) == Fit("widen", BOTH)
    assert fit(dist(BOTH), dist(SHAPE)) == Fit("widen", BOTH)
    assert fit(dist(BOTH), dist(COLOR).bare()) == Fit("widen", BOTH)
    assert fit_by_structure(dist(BOTH).bare(), dist(COLOR)) == Fit("widen", BOTH)
    for formal, actual in [
        (dist(COLOR), dist(BOTH)),
        (dist(COLOR), dist(SHAPE)),
        (dist(BOTH), dist(COLOR, "other")),
        (dist(BOTH), dist(COLOR, shape=(H,))),
        (Type((Size.of(BOTH),), UNIT), Type((Size.of(COLOR),), UNIT)),
    ]:
        assert isinstance(fit(formal, actual), Misfit)


def test_reasons_name_the_rule() -> None:
    mask = Type((Size.of(H), Size.of(W)), UNIT, "sigmoid", (TypeName("test", "mask"),))
    thing = Type(mask.shape, UNIT, "sigmoid", (TypeName("test", "object"), *mask.names))
    place = Type(mask.shape, UNIT, "sigmoid", (TypeName("test", "place"),))
    assert fit(mask, thing) == Fit()
    assert fit(thing, mask) == Misfit("NMT301", "mask is not object: every object is a mask, not the reverse")
    assert fit(mask, place) == Misfit("NMT301", "place is not mask, though the numbers are alike")
    assert fit(mask, Type((), Interval(2, 2))) == Misfit("NMT302", "2 is not in 0..1")
    assert fit(mask, Type((Size.of(H),))) == Misfit("NMT201", "its shape is [H], not [H, W]")
    assert fit(mask, Type(words=COLOR)) == Misfit("NMT301", "COLOR is not mask")


@pytest.mark.parametrize("vocab", [COLOR, SHAPE])
def test_substitution_reaches_shape_domain_and_name(vocab: Dim) -> None:
    rigid = Dim("V", "test:dist", rigid=True)
    assert dist(rigid).substitute({rigid: Size.of(vocab)}) == dist(vocab)
    assert str(dist(rigid).substitute({rigid: Size.of(vocab)})) == f"dist[{vocab}]"
    assert Type(words=rigid).substitute({rigid: Size.of(vocab)}) == Type(words=vocab)
