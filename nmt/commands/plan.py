"""`nmt plan`."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import click

from nmt.compiler.compiled import compile_programs
from nmt.compiler.diagnostics import error
from nmt.compiler.frontends import read_programs
from nmt.compiler.graph import Graph
from nmt.compiler.passes import inline, prune
from nmt.compiler.programs import Checked, Checker
from nmt.compiler.terms import Record
from nmt.formats import options_of, reading
from nmt.loading import load_checked, model_of, parse_swaps
from nmt.terminal import progress, table
from nmt.told import Told
from nmt.trainer.dependencies import Dependency, of_interface, of_programs, unmet

SHOWN = 5  # rejected programs that are told


@click.command("plan")
@click.argument("iface")
@click.argument("programs", required=False)
@click.option("--format", "format_", metavar="NAME", help="What PROGRAMS are, where they do not show it.")
@reading
@click.option("--use", "swaps", multiple=True, metavar="OLD=NEW", help="Put one package in another's place.")
@click.option("--model", help="Which model of the interface (default: the first).")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(
    iface: str,
    programs: str | None,
    swaps: tuple[str, ...],
    model: str | None,
    as_json: bool,
    format_: str | None,
    **given: Any,
) -> int:
    """Show what each module of IFACE reads and how it is supervised, over PROGRAMS or over all that types allow.

    PROGRAMS are files of any format that `nmt compile` reads, or what it wrote.

    Example: nmt plan clevr CLEVR_v1.0/questions/CLEVR_train_questions.json
    """
    interface = load_checked(iface, parse_swaps(swaps))
    checker = Checker(interface, model_of(interface, model))
    if programs is None:
        rows = of_interface(interface)
    else:
        graphs: dict[int, Graph] = {}
        counts: Counter[int] = Counter()

        def accept(_: Record, checked: Checked) -> None:
            graphs[id(checked.graph)] = checked.graph
            counts[id(checked.graph)] += 1

        told = Told(SHOWN)
        with progress("plan", "programs") as report:
            made = compile_programs(
                read_programs(programs, format_, options_of(given), interface),
                checker,
                keep=False,
                progress=lambda count: report(count, 0),
                accept=accept,
                reject=told,
            )
        if told.left:
            click.echo(f"... and {told.left:,} more rejected (`nmt compile` tells of them)", err=True)
        if not made.count:
            raise error("NMT605", "no program was accepted", place=programs, help="`nmt compile` tells why")
        rows = of_programs(
            interface, ((prune(inline(graph, interface.bodies)), counts[key]) for key, graph in graphs.items())
        )
    broken = unmet(interface, rows) if programs is not None else []
    if as_json:
        click.echo(json.dumps({"modules": [_plain(row) for row in rows], "unmet": broken}, indent=2))
    else:
        click.echo(
            table(
                [_cells(row) for row in rows],
                ["module", "input", "supervision", "uses", "reach the loss through ops alone"],
            )
        )
        for line in broken:
            click.echo(f"unmet: {line}", err=True)
        if programs is None and interface.expects:
            click.echo(f"what it expects is compared with programs: nmt plan {iface} PROGRAMS", err=True)
    return 1 if broken else 0


def _plain(row: Dependency) -> dict[str, object]:
    share = None if row.share is None else round(row.share, 4)
    return {
        "module": row.module,
        "input": row.input,
        "on": list(row.on),
        "supervision": row.supervision,
        "uses": row.uses,
        "share": share,
    }


def _cells(row: Dependency) -> list[str]:
    share = ("some" if row.direct else "none") if row.share is None else f"{row.share:.0%}"
    return [
        row.module,
        row.input,
        "traced" if row.traced else row.supervision,
        "" if row.uses is None else f"{row.uses:,}",
        share,
    ]
