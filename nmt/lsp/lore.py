"""One sentence on each word that the language itself brings."""

from __future__ import annotations

KEYWORDS = {
    "package": "Names the file and its version, in the first line: `package clevr @ 1.0.0`.",
    "use": "Brings names from another package: `use std.attention @ 1.0.0 { H, W, mask }`.",
    "dim": "A size with a name. It is bound once, by the data, or here: `dim P = 2`; `dim T varies` by sample.",
    "vocab": "A dim whose places have names: `vocab COLOR = { red, green }`, a union of others, a file or data.",
    "type": "A neural data type, the values that a tensor may hold: `type mask = real[H, W] in 0..1 by sigmoid`.",
    "source": "A data column that comes in: `source image : features`.",
    "target": "A data column that training compares with: `target answer : ANSWER from dist[ANSWER] by nll`.",
    "module": "A signature with parameters to be trained behind it: `module find[w: WORD](image: features) -> mask`.",
    "op": "A signature with a body and no parameters of its own: `op not(a: mask) -> mask = 1 - a`.",
    "layout": "The type of a whole program: any well-typed term of it can be run.",
    "model": "How a program becomes a prediction: `model clevr = question`.",
    "law": "An equation that holds for all values of its parameters; `nmt test` looks for values that break it.",
    "expect": "What the plan is to find out about a module: `expect find : decoupled, direct`.",
    "surrogate": "A module that stands in for untrained ones while another is trained.",
    "soft": "A condition that only training can bring about: a loss, a monitor and a test, never a clamp.",
    "weight": "How much a soft constraint counts in the loss.",
    "real": "Real numbers, with a shape in brackets; `in` says which.",
    "in": "The domain: `0..1`, `0..`, `{0, 1}` or `simplex[V]`.",
    "by": "The function that puts any numbers into the domain; at a target, the loss.",
    "as": "Applies the enforcer of a type, the only conversion there is: `x as mask`.",
    "simplex": "Numbers of 0 or more whose sum over the dim is 1.",
    "varies": "The size is another for each sample: words of a question.",
    "from": "Where words come from, or what a target is predicted from.",
    "for": "The module for which a surrogate stands.",
    "else": "The word that stands for all that are too rare.",
    "top": "Keep the most frequent words only.",
    "at least": "Keep the words that stand in the data this often.",
}
ENFORCERS = {
    "sigmoid": "Into 0..1.",
    "tanh": "Into -1..1.",
    "relu": "Into 0.., by cutting off what is below.",
    "softplus": "Into 0.., smoothly.",
    "softmax": "Into the simplex: 0 or more, with the sum 1.",
    "clip": "Into a range, by cutting at its ends.",
    "step": "To 0 or 1, straight-through: the gradient is the sigmoid's.",
}
LOSSES = {
    "nll": "The negative log-likelihood of the word that is right.",
    "bce": "Binary cross entropy of numbers in 0..1.",
    "mse": "The mean of squared differences.",
}
CLAIMS = {
    "decoupled": "No module stands above any of its uses.",
    "dependent": "Modules stand above it: `dependent(find, locate)` names them.",
    "codependent": "Its output meets that of another module otherwise than by addition.",
    "direct": "It is supervised by a trace, or often enough through ops alone.",
    "indirect": "Its uses reach the loss through other modules.",
    "surrogate": "A surrogate stands in for what is above it while it is trained.",
}
PRIMITIVES = {
    "abs": ("abs(x)", "Without its sign."),
    "exp": ("exp(x)", "e to the power of x."),
    "log": ("log(x)", "The natural logarithm; x is proved to be above 0."),
    "sqrt": ("sqrt(x)", "The square root; x is proved to be 0 or more."),
    "pow": ("pow(x, n)", "x to the power of a number."),
    "min": ("min(a, b) or min[D](x)", "The smallest, element by element or over dims."),
    "max": ("max(a, b) or max[D](x)", "The largest, element by element or over dims."),
    "clip": ("clip(x, low, high)", "Cut at both ends."),
    "where": ("where(condition, a, b)", "a where the condition holds, else b."),
    "sum": ("sum[D](x)", "The sum over dims."),
    "mean": ("mean[D](x)", "The mean over dims."),
    "average": ("average[D](x, w)", "The mean of x over dims, weighted by w of 0 or more; 0 where w is 0."),
    "dot": ("dot[V](p, x)", "The sum over a dim of p times x; with p a simplex, inside x."),
    "below": ("below[V](p)", "The mass before each word."),
    "normalize": ("normalize[V](x)", "(x + eps) / sum(x + eps): a simplex of numbers of 0 or more."),
    "softmax": ("softmax[V](x)", "A simplex of any numbers."),
    "bernoulli": ("bernoulli[BOOL](p)", "A distribution over two words, the second with probability p."),
}
