"""Wrong on purpose: `nmt test digits.nmt --impl wrong_modules` says what is wrong with it."""

from digits_modules import Read
from torch import Tensor


class ReadTogether(Read):
    """Takes the mean of its batch off each picture, so that what it reads depends on what else is asked."""

    def forward(self, image: Tensor) -> Tensor:
        """Score the digits."""
        return super().forward(image - image.mean(0, keepdim=True))


MODULES = {"read": ReadTogether}
