"""`nmt check`."""

from __future__ import annotations

import json

import click

from nmt.compiler.diagnostics import CompileError, Diagnostic, to_json
from nmt.loading import check_file, find, parse_swaps
from nmt.terminal import show


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--use", "swaps", multiple=True, metavar="OLD=NEW", help="Put one package in another's place.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(files: tuple[str, ...], swaps: tuple[str, ...], as_json: bool) -> int:
    """Check interfaces: names, dims, types, and that every body stays inside its bounds.

    Example: nmt check clevr_paper --use std.typed=std.classic
    """
    findings: dict[Diagnostic, None] = {}
    lines, fine = [], []
    for name in files:
        try:
            interface, found = check_file(find(name), parse_swaps(swaps))
        except CompileError as fault:
            interface, found = None, fault.diagnostics
        findings.update(dict.fromkeys(found))
        if interface is not None:
            own = sum(op.signature.package == interface.package for op in interface.ops.values())
            has = f"{_several(len(interface.modules), 'module')}, {_several(own, 'op')}"
            fine.append(f"{name}: {interface.package} is fine: {has}")
            lines.append(
                {
                    "file": name,
                    "package": interface.package,
                    "modules": len(interface.modules),
                    "ops": own,
                    "hash": interface.hash,
                }
            )
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        click.echo(
            json.dumps({"interfaces": lines, "diagnostics": [to_json(diagnostic) for diagnostic in findings]}, indent=2)
        )
        return 1 if errors else 0
    for line in fine:
        click.echo(line)
    show(findings)
    if findings:
        counts = ((errors, "error"), (len(findings) - errors, "warning"))
        click.echo(", ".join(_several(count, what) for count, what in counts if count), err=True)
    return 1 if errors else 0


def _several(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
