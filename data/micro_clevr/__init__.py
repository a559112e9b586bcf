"""A small CLEVR of our own: scenes, pictures, and questions with programs and answers, in the released layout."""

from .execute import FUNCTIONS, IllPosedError, World, depth, execute
from .write import Summary, generate

__all__ = ["FUNCTIONS", "IllPosedError", "Summary", "World", "depth", "execute", "generate"]
