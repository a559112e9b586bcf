"""VQA v1 and v2, as their owners publish them."""
