"""From parsed sentences to layouts, by rules that are data."""

from .join import join
from .layout import Item, Layout, Step
from .profile import DEFAULT, PROFILES, Profile, profile_of
from .rules import layout_of

__all__ = ["DEFAULT", "PROFILES", "Item", "Layout", "Profile", "Step", "join", "layout_of", "profile_of"]
