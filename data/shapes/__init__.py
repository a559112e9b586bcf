"""SHAPES, as its owners publish it."""
