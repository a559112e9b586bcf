"""The standard library: `.nmt` files and the torch modules that implement them."""

from pathlib import Path

FOLDER = Path(__file__).parent
