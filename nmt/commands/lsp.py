"""`nmt lsp`."""

from __future__ import annotations

from importlib.util import find_spec

import click

from nmt.compiler.diagnostics import error


@click.command("lsp")
def command() -> None:
    """Serve an editor: findings as one types, hover, definitions, completion, rename, format, fixes.

    It speaks the language server protocol on standard input and output; editors start it, people do not.
    `editors/vscode` has the extension for VS Code.

    Example: nmt lsp (what an editor runs)
    """
    if find_spec("pygls") is None:
        raise error(
            "NMT618", "the language server needs pygls, which is not installed", help="pip install 'ntypes[lsp]'"
        )
    from nmt.lsp.server import start

    start()
