"""Properties of gradients: they reach every parameter and every input, and are finite."""

from __future__ import annotations

import torch
from torch import Tensor

from nmt.ntypes.strategies import Arguments

from .form import label
from .property import NotApplicable, Violation
from .search import Search
from .subject import Built, Result, Subject

MOST = 64  # instances that are called
DRAWS = 4


def parameters(subject: Subject, search: Search) -> None:
    """A parameter detached from the result, or never used: it would not be trained.

    Each must have a gradient that is not 0 and is finite, over ordinary inputs and all instances. What the module
    returns is differentiated before its enforcer, and parameters are unsettled, so that no ReLU or last layer at 0
    hides them. Those that ask for no gradient are frozen on purpose.
    """
    built = subject.build(dtype=subject.precise)
    trained = {name for name, parameter in built.module.named_parameters() if parameter.requires_grad}
    if not trained:
        raise NotApplicable("it has no parameters that are trained")
    arguments, reached = _reached(built, search)
    missing = sorted(trained - {name.strip("`") for name in reached})
    if missing:
        names = ", ".join(f"`{name}`" for name in missing[:4]) + (", ..." if len(missing) > 4 else "")
        raise Violation(f"no gradient reaches the {_plural('parameter', len(missing))} {names}", arguments)


def inputs(subject: Subject, search: Search) -> None:
    """An input detached from the result: modules below it would not be trained.

    Each input of numbers must have a gradient that is not 0 in some of many ordinary examples.
    """
    built = subject.build(dtype=subject.precise)
    numbers = [param for param in built.signature.params if param.type.words is None]
    if not numbers:
        raise NotApplicable("it has no inputs of numbers")
    arguments, reached = _reached(built, search)
    for param in numbers:
        if f"the input {label(param.name)}" not in reached:
            raise Violation(f"no gradient reaches the input {label(param.name)}", arguments)


def _reached(built: Built, search: Search) -> tuple[Arguments, set[str]]:
    """What has a gradient in one of some draws, and the first draw. Raises Violation where a gradient is not finite."""
    reached: set[str] = set()
    count = max(8, min(MOST, built.words))
    drawn = [built.ordinary(count, search.seed + 1000 * draw) for draw in range(DRAWS)]
    for arguments in drawn:
        _, gradients = differentiate(built, arguments)
        for name, gradient in gradients.items():
            if gradient is not None and not bool(gradient.isfinite().all()):
                raise Violation(f"the gradient of {name} is not finite", arguments)
            if gradient is not None and bool((gradient != 0).any()):
                reached.add(name)
    return drawn[0], reached


def differentiate(built: Built, arguments: Arguments) -> tuple[Result, dict[str, Tensor | None]]:
    """The gradients of a weighted sum of what the module returns, by parameter and by input of numbers.

    Parameters are named with backticks; gradients are None where none comes. Raises Violation where it fails.
    """
    tensors = [value.to(built.device) for value in arguments.tensors(built.dtype)]
    given = {
        f"the input {label(param.name)}": value.requires_grad_()
        for param, value in zip(built.signature.params, tensors, strict=True)
        if value.is_floating_point()
    }
    trained = {f"`{name}`": one for name, one in built.module.named_parameters() if one.requires_grad}
    wanted = {**trained, **given}
    with torch.enable_grad():
        result = built.apply(arguments.instances, tensors, len(arguments))
        loss = _weighted(result.raw)
    if not wanted or not loss.requires_grad:
        return result, dict.fromkeys(wanted)
    try:
        found = torch.autograd.grad(loss, list(wanted.values()), allow_unused=True)
    except RuntimeError as fault:
        raise Violation(f"its gradient cannot be computed: {fault}") from fault
    return result, dict(zip(wanted, found, strict=True))


def _weighted(raw: Tensor) -> Tensor:
    """A sum in which no two terms cancel; a softmax sums to 1 whatever goes in, and so would have no gradient."""
    generator = torch.Generator().manual_seed(raw.numel())
    weights = 0.5 + torch.rand(raw.shape, generator=generator, dtype=torch.float64).to(raw.device)
    known = torch.where(raw.isfinite(), raw, 0.0)
    return (known * weights.to(known.dtype if known.is_floating_point() else torch.float64)).sum()


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
