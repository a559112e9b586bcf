"""Backends: how a graph is run. `reference` is the oracle, `batched` the fast one."""
