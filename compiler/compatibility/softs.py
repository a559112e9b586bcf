"""Changes of soft constraints, of types and of modules: they are part of the loss, and of what numbers promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nmt.ntypes import Signature

from ..check.interface import SoftSymbol
from ..declared import written
from .changes import MEANING, SAFE, Change
from .forms import Forms


def compare_softs(
    of: str,
    softs: tuple[Sequence[SoftSymbol], Sequence[SoftSymbol]],
    names: tuple[Mapping[str, str], Mapping[str, str]],
    forms: tuple[Forms, Forms],
    signatures: tuple[Signature, Signature],
) -> Iterator[Change]:
    """The soft constraints of one declaration before and after; `names` says what their names stand for."""
    before, after = ({soft.name: soft for soft in side} for side in softs)
    first, then = signatures
    for name in before.keys() - after.keys():
        message = f"the soft constraint `{name}` of `{of}` is gone"
        yield Change("removed", "soft", f"{of}.{name}", message, (MEANING,), was=before[name].span)
    for name, soft in after.items():
        if name not in before:
            message = f"the soft constraint `{name}` of `{of}` is new"
            yield Change("added", "soft", f"{of}.{name}", message, SAFE, at=soft.span)
            continue
        old = before[name]
        left = forms[0].comparison(names[0], old.comparison, first), old.weight
        right = forms[1].comparison(names[1], soft.comparison, then), soft.weight
        if left != right:
            what = (
                f"weighs {soft.weight:g}, and weighed {old.weight:g}" if left[0] == right[0] else "says another thing"
            )
            message = f"the soft constraint `{name}` of `{of}` {what}"
            was = f"it was `{written(old.span)}`"
            yield Change("promise", "soft", f"{of}.{name}", message, (MEANING,), was, soft.span, old.span)
