"""Neural data types: shape, domain, enforcer, and the names under which they are known."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from .dims import Dim, Size, show
from .domains import REALS, Domain, Simplex


@frozen
class TypeName:
    """A declared type, with the sizes given to its parameters: `dist[COLOR]`."""

    package: str
    name: str
    args: tuple[Size, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}[{', '.join(map(str, self.args))}]" if self.args else self.name


@frozen
class Type:
    """What a value may be.

    `names` is the type's own name and those that it refines, nearest first; none for a type without a name.
    `words` is set for words of a vocabulary (whole numbers, one a word) instead of real numbers.
    `unknown` stands for the type of what could not be checked: it fits everything, so that no error breeds others.
    """

    shape: tuple[Size, ...] = ()
    domain: Domain = REALS
    enforcer: str | None = None
    names: tuple[TypeName, ...] = ()
    words: Dim | None = None
    unknown: bool = False

    @property
    def name(self) -> TypeName | None:
        """Its own name, if it has one."""
        return self.names[0] if self.names else None

    def __str__(self) -> str:
        if self.unknown:
            return "unknown"
        if self.name:
            return str(self.name)
        dims = f"[{', '.join(map(str, self.shape))}]" if self.shape else ""
        if self.words is not None:
            return f"{self.words}{dims}"
        return f"real{dims}" if self.domain == REALS else f"real{dims} in {self.domain}"

    @property
    def scalar(self) -> bool:
        """One number a sample."""
        return not self.shape and self.words is None

    def bare(self, domain: Domain | None = None) -> Type:
        """The same values without a name, as arithmetic gives them."""
        return Type(self.shape, self.domain if domain is None else domain, words=self.words)

    def substitute(self, bound: Mapping[Dim, Size]) -> Type:
        """Put sizes in the place of family parameters."""
        if not bound:
            return self
        names = tuple(evolve(name, args=tuple(size.substitute(bound) for size in name.args)) for name in self.names)
        domain, words = self.domain, self.words
        if isinstance(domain, Simplex) and domain.over in bound:
            over = bound[domain.over].dim
            assert over is not None, "a simplex is over one dim"
            domain = Simplex(over)
        if words is not None and words in bound:
            words = bound[words].dim
        return evolve(
            self, shape=tuple(size.substitute(bound) for size in self.shape), names=names, domain=domain, words=words
        )


UNKNOWN = Type(unknown=True)


@frozen
class Misfit:
    """Why a value does not fit: the code of the rule, and the reason."""

    code: str
    reason: str


@frozen
class Fit:
    """How a value fits: as it is, spread over a shape (`scalar`), or given zeros elsewhere (`widen`)."""

    how: str = "as it is"
    into: Dim | None = None


def fit(formal: Type, actual: Type) -> Fit | Misfit:
    """Whether an actual value may stand where `formal` is asked for."""
    if formal.unknown or actual.unknown:
        return Fit()
    if formal.words is not None or actual.words is not None:
        same = formal.words == actual.words and formal.shape == actual.shape
        return Fit() if same else Misfit("NMT301", f"{actual} is not {formal}")
    if formal.name and actual.name:
        if formal.name in actual.names:
            return Fit()
        into = _widens(formal, actual)
        if into is not None:
            return Fit("widen", into)
        return Misfit("NMT301", _other_name(formal, actual))
    return fit_by_structure(formal, actual)


def fit_by_structure(formal: Type, actual: Type) -> Fit | Misfit:
    """Shape and domain alone: for types without a name, and for a body at `->`."""
    if formal.unknown or actual.unknown:
        return Fit()
    if formal.words is not None or actual.words is not None:
        return fit(formal, actual)
    spread = actual.scalar and not formal.scalar
    if isinstance(formal.domain, Simplex) and isinstance(actual.domain, Simplex):
        into = _widens(formal, actual)
        if into is not None:
            return Fit("widen", into)
    if actual.shape != formal.shape and not spread:
        return Misfit("NMT201", f"its shape is {show(actual.shape)}, not {show(formal.shape)}")
    reason = formal.domain.why_not(actual.domain)
    if reason:
        return Misfit("NMT302", reason)
    return Fit("scalar") if spread else Fit()


def _other_name(formal: Type, actual: Type) -> str:
    if actual.name in formal.names:
        return f"{actual} is not {formal}: every {formal} is a {actual}, not the reverse"
    alike = formal.shape == actual.shape and not formal.domain.why_not(actual.domain)
    return f"{actual} is not {formal}" + (", though the numbers are alike" if alike else "")


def _widens(formal: Type, actual: Type) -> Dim | None:
    """The vocabulary that a smaller simplex widens to, where both are distributions of the same kind."""
    if not (isinstance(formal.domain, Simplex) and isinstance(actual.domain, Simplex)):
        return None
    whole, part = formal.domain.over, actual.domain.over
    if whole == part or whole.offset(part) is None:
        return None
    grown = actual.substitute({part: Size.of(whole)})
    same = grown.shape == formal.shape and (not formal.name or not actual.name or formal.name in grown.names)
    return whole if same else None
