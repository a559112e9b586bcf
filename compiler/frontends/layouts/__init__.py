"""From parsed sentences to layouts, by rules that are data."""
