"""Variance: whether a type may take another's place as a parameter (wider) or as a result (narrower).

Both are stricter than one call of `fit`: what fitted the old parameter, or took the old result, must do so still,
whatever it is.
"""

from __future__ import annotations

from nmt.ntypes import Fit, Simplex, Type, fit


def wider(new: Type, old: Type) -> bool:
    """Whether every value that fits a parameter of the type `old` fits one of the type `new`."""
    if new == old:
        return True
    if new.name and not old.name:
        return False  # a value of any name fitted by its structure
    outcome = fit(new, old)
    if not isinstance(outcome, Fit) or old.words is not None or new.words is not None:
        return False
    if outcome.how == "widen":
        return True
    over = old.domain.over if isinstance(old.domain, Simplex) else None
    if over is not None and over.parts and new.domain != old.domain:
        return False  # distributions over a part fitted too, and only simplexes widen
    return outcome.how == "as it is" and new.shape == old.shape and new.domain.why_not(old.domain) is None


def narrower(new: Type, old: Type) -> bool:
    """Whether a result of the type `new` fits wherever one of the type `old` did."""
    if new == old:
        return True
    if new.words is not None or old.words is not None or new.shape != old.shape:
        return False
    if new.name and not set(old.names) <= set(new.names):
        return False
    if not old.name and new.name:
        return False  # a value without a name fits types of any name
    if isinstance(old.domain, Simplex) and new.domain != old.domain:
        return False
    return old.domain.why_not(new.domain) is None


def same_values(new: Type, old: Type) -> bool:
    """Whether two types hold the same numbers, under whatever names."""
    return new.shape == old.shape and new.domain == old.domain and new.words == old.words


def enforcement(type_: Type) -> tuple[object, ...]:
    """What is done to raw numbers: the enforcer, with the range of a clip and the axis of a softmax."""
    if type_.enforcer == "clip":
        return type_.enforcer, type_.domain
    if type_.enforcer == "softmax":
        over = type_.domain.over if isinstance(type_.domain, Simplex) else None
        return type_.enforcer, [size.dim for size in type_.shape].index(over) if over else -1
    return (type_.enforcer,)
