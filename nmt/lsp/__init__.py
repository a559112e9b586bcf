"""The language server: what it knows of open files (no pygls needed), and `server`, which speaks the protocol."""
