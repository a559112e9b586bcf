"""The modules of `digits.nmt`, as ordinary torch modules."""

from torch import Tensor, nn
from torch.nn import functional as F

from nmt.compiler.network import Spec


class Read(nn.Module):
    """A picture of a digit (N, ROW, COLUMN) -> a raw score for each digit (N, 10); the softmax is applied outside."""

    def __init__(self, spec: Spec, hidden: int = 32) -> None:
        super().__init__()
        height, width = spec.inputs[0]
        self.near = nn.Conv2d(1, hidden, 3, padding=1)
        self.far = nn.Linear(hidden * height * width, hidden)
        self.score = nn.Linear(hidden, spec.output[0])

    def forward(self, image: Tensor) -> Tensor:
        """Score the digits."""
        seen = F.relu(self.near(image.unsqueeze(1))).flatten(1)
        scores: Tensor = self.score(F.relu(self.far(seen)))
        return scores


MODULES = {"read": Read}
