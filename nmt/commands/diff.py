"""`nmt diff`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import click

from nmt.compiler.check import Interface
from nmt.compiler.compatibility import BREAKS, Change, compare, least_version, version_fault
from nmt.compiler.diagnostics import Diagnostic, to_json
from nmt.loading import load_checked

COUNTED = (*BREAKS, "VERSION")


def _kinds(_ctx: click.Context, _param: click.Parameter, value: str) -> frozenset[str]:
    """`CALL,WEIGHTS`, in whatever case: what counts as a break."""
    kinds = frozenset(one.strip().upper() for one in value.split(","))
    wrong = sorted(kinds - set(COUNTED))
    if wrong:
        raise click.BadParameter(f"`{wrong[0]}` is nothing that can break: there are {', '.join(COUNTED)}")
    return kinds


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--breaks",
    "counted",
    callback=_kinds,
    default=",".join(COUNTED),
    help="What makes the exit status 1 (default: all).",
)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(old: str, new: str, counted: frozenset[str], as_json: bool) -> int:
    """Say what breaks when the interface NEW takes the place of OLD.

    CALL: programs no longer fit. WEIGHTS: trained weights no longer fit. CACHE: kept values are stale. MEANING: all
    still runs, and the numbers mean something else. VERSION: the version does not say so.

    Exit status 1 where something of --breaks breaks. With --breaks VERSION a break that the version owns up to is fine.

    Example: nmt diff old/clevr.nmt clevr.nmt --breaks CALL,WEIGHTS
    """
    before, after = load_checked(old), load_checked(new)
    changes = compare(before, after)
    fault = version_fault(before, after, changes)
    broken = [what for what in BREAKS if any(what in change.breaks for change in changes)]
    found = {*broken, *(("VERSION",) if fault else ())}
    if as_json:
        click.echo(json.dumps(_plain((before, after), changes, fault, broken), indent=2))
    else:
        _print((before, after), changes, fault, broken)
    return 1 if found & counted else 0


def _plain(
    pair: tuple[Interface, Interface], changes: Sequence[Change], fault: Diagnostic | None, broken: list[str]
) -> dict[str, object]:
    versions = [{"package": one.package, "version": one.version, "hash": one.hash} for one in pair]
    return {
        "old": versions[0],
        "new": versions[1],
        "breaks": broken,
        "least_version": least_version(pair[0], changes),
        "changes": [
            {
                "kind": change.kind,
                "role": change.role,
                "name": change.name,
                "breaks": list(change.breaks),
                **to_json(change.diagnostic()),
            }
            for change in changes
        ],
        "diagnostics": [to_json(fault)] if fault else [],
    }


def _print(
    pair: tuple[Interface, Interface], changes: Sequence[Change], fault: Diagnostic | None, broken: list[str]
) -> None:
    old, new = pair
    if not changes and fault is None:
        click.echo(f"{old.package} {old.version} and {new.package} {new.version} are the same to all who use them")
        return
    for what, meaning in BREAKS.items():
        _group(f"{what}: {meaning}", [change for change in changes if change.breaks[:1] == (what,)], "red")
    _group("safe", [change for change in changes if not change.breaks], "green")
    if fault is not None:
        _group("VERSION", [], "red", [fault])
    verdict = f"breaks {', '.join(broken)}" if broken else "breaks nothing"
    needed = least_version(old, changes)
    least = f"the least version is {needed}" if needed else "another package, whose versions are its own"
    click.echo(f"{old.package} {old.version} -> {new.package} {new.version}: {verdict}; {least}")


def _group(title: str, changes: Iterable[Change], colour: str, findings: Iterable[Diagnostic] = ()) -> None:
    lines = []
    for change in changes:
        rest = f"  (and {', '.join(change.breaks[1:])})" if change.breaks[1:] else ""
        lines.extend(_lines(change.diagnostic(), rest, noted=bool(change.breaks)))
    for finding in findings:
        lines.extend(_lines(finding, "", noted=True))
    if lines:
        click.echo("\n".join([click.style(title, fg=colour, bold=True), *lines, ""]))


def _lines(finding: Diagnostic, rest: str, *, noted: bool) -> list[str]:
    """A finding without its excerpt: what it is, and below it what was before."""
    made = [f"  {click.style(str(finding.span), bold=True)}: {finding.code} {finding.message}{rest}"]
    if noted:
        made += [f"    {note.text} ({note.span.source.path}:{note.span.line})" for note in finding.notes if note.span]
        made += [f"    help: {finding.help}"] if finding.help else []
    return made
