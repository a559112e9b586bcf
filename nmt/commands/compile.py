"""`nmt compile`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from nmt.compiler.compiled import Compiled, compile_programs
from nmt.compiler.diagnostics import CompileError, Diagnostic, to_json
from nmt.compiler.frontends import read_programs
from nmt.compiler.programs import Checker, Fault
from nmt.loading import load_checked, model_of, parse_swaps
from nmt.terminal import progress, show

SHOWN = 20  # rejected programs that are printed in full, unless --all


@click.command("compile")
@click.argument("iface")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--use", "swaps", multiple=True, metavar="OLD=NEW", help="Put one package in another's place.")
@click.option("--model", help="Which model of the interface (default: the first).")
@click.option("--all", "all_", is_flag=True, help=f"Print every rejected program, not the first {SHOWN}.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(iface: str, file: Path, swaps: tuple[str, ...], model: str | None, all_: bool, as_json: bool) -> int:
    """Check every program of FILE (CLEVR questions) against the interface IFACE.

    Example: nmt compile clevr CLEVR_v1.0/questions/CLEVR_val_questions.json
    """
    interface = load_checked(iface, parse_swaps(swaps))
    checker = Checker(interface, model_of(interface, model))
    broken: tuple[Diagnostic, ...] = ()
    made = Compiled()
    with progress("compile", "programs") as report:
        try:
            made = compile_programs(
                read_programs(file), checker, str(file), keep=False, into=made, progress=lambda count: report(count, 0)
            )
        except CompileError as fault:  # the file ends in the middle: what came before counts
            broken = fault.diagnostics
    skeletons = sum(not isinstance(found, Fault) for found in checker.skeletons.values())
    figures = {
        "file": str(file),
        "read": made.read,
        "accepted": made.count,
        "rejected": len(made.rejected),
        "skeletons": skeletons,
        "nodes": made.nodes,
        "programs_per_second": round(made.read / made.seconds) if made.seconds else 0,
    }
    if as_json:
        click.echo(
            json.dumps({**figures, "diagnostics": [to_json(one) for one in (*made.rejected, *broken)]}, indent=2)
        )
        return 1 if made.rejected or broken else 0
    show(made.rejected if all_ else made.rejected[:SHOWN])
    if not all_ and len(made.rejected) > SHOWN:
        click.echo(f"... and {len(made.rejected) - SHOWN:,} more rejected (--all prints them)", err=True)
    show(broken)
    click.echo(
        f"{file}: {made.read:,} read, {made.count:,} accepted, {len(made.rejected):,} rejected; "
        f"{skeletons:,} skeletons, {made.nodes:,} nodes; {figures['programs_per_second']:,} programs a second"
    )
    return 1 if made.rejected or broken else 0
