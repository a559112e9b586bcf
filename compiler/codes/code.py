"""What is known of one code: its title, the rule that it defends, a page, and an example."""

from __future__ import annotations

import re
from inspect import cleandoc

from attrs import field, frozen

# Stands before each example that does not begin with `package`. docs/language.md shows it; a test holds both equal.
PRELUDE = """\
package rules @ 1.0.0
dim C
dim H
dim W
vocab BOOL  = { no, yes }
vocab COLOR = { red, green, blue }
vocab SHAPE = { cube, ball }
vocab THING = COLOR + SHAPE
type mask    = real[H, W] in 0..1 by sigmoid
type dist[V] = real[V] in simplex[V] by softmax
type chance  = real in 0..1 by sigmoid
source image : real[C, H, W]
"""


@frozen
class Code:
    """One row of the table.

    `rule` is a rule of docs/language.md, `page` a few lines of Markdown. `wrong` gives this code and no other error,
    `right` is the same, mended. `kind` says what both are: `nmt` text, a `json` file of questions for the interface
    `clevr`, a file of another format of programs by its name, such as `sps2`, a `diff` of two interfaces, or what
    nothing can check by itself: lines of a `shell`, of `python`, `text`.
    """

    code: str
    title: str
    rule: str
    page: str = field(converter=cleandoc)
    wrong: str = field(default="", converter=cleandoc)
    right: str = field(default="", converter=cleandoc)
    severity: str = "error"
    kind: str = "nmt"

    @property
    def before(self) -> str:
        """The declarations of the prelude that the example names, dims without words left out."""
        if self.kind not in {"nmt", "diff"} or self.wrong.startswith("package"):
            return ""
        words = set(re.findall(r"\w+", f"{self.wrong}\n{self.right}"))
        lines = (line for line in PRELUDE.splitlines() if not line.startswith(("package", "dim")))
        return "\n".join(line for line in lines if re.split(r"\W+", line)[1] in words)
