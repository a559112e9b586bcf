"""`nmt stubs`."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import click

from nmt.compiler.check import Interface
from nmt.compiler.stubs import Stubs, stubs
from nmt.loading import load_checked, parse_swaps


@click.command("stubs")
@click.argument("iface")
@click.option("--use", "swaps", multiple=True, metavar="OLD=NEW", help="Put one package in another's place.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write (default: print it).")
@click.option(
    "--json", "as_json", is_flag=True, help="Report as JSON: the protocols, and the text if no file is written."
)
def command(iface: str, swaps: tuple[str, ...], out: Path | None, *, as_json: bool) -> None:
    """Write a Python protocol for each module of IFACE, with the shape of every tensor.

    A type checker then holds implementations to the interface. The file needs `jaxtyping`.

    Example: nmt stubs clevr --out clevr_modules.py
    """
    interface = load_checked(iface, parse_swaps(swaps))
    # Where it is written to is left out: the same text comes out of a pipe.
    made_by = shlex.join(["nmt", "stubs", iface, *(part for swap in swaps for part in ("--use", swap))])
    made = stubs(interface, made_by)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(made.text, encoding="utf-8")
    if as_json:
        click.echo(json.dumps(_plain(interface, made, out), indent=2))
    elif out is None:
        click.echo(made.text, nl=False)
    else:
        click.echo(f"{out}: {len(interface.signatures)} modules")


def _plain(interface: Interface, made: Stubs, out: Path | None) -> dict[str, object]:
    return {
        "package": interface.package,
        "version": interface.version,
        "hash": interface.hash,
        "file": None if out is None else str(out),
        "protocols": [
            {
                "name": stub.name,
                "module": stub.signature.name,
                "package": stub.signature.package,
                "signature": str(stub.signature),
                "takes_rows": stub.rows,
            }
            for stub in made.stubs
        ],
        "text": made.text if out is None else None,
    }
