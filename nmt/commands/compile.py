"""`nmt compile`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from attrs import define, field

from nmt.compiler.codes import TABLE
from nmt.compiler.compiled import MOST_WARNINGS, Compiled, OnError, Strays, Unknown, compile_programs
from nmt.compiler.diagnostics import CompileError, to_json
from nmt.compiler.frontends.files import Input, inputs
from nmt.compiler.frontends.format import Options
from nmt.compiler.frontends.formats import FORMATS, format_of, read
from nmt.compiler.programs import Checker, Fault
from nmt.compiler.programs_file.write import Writer
from nmt.compiler.vocabularies import unbound
from nmt.formats import check_out, listed, options_of, reading
from nmt.loading import load_checked, model_of, parse_swaps
from nmt.terminal import Report, progress, show
from nmt.told import SHOWN, Told

LONG = 1.0  # seconds after which it is worth saying how fast it went
FREQUENT = 10  # words that count as `unknown` that are named
HELP = """Check every program of FILE... against the interface IFACE.

    A FILE is a file (plain, gzip or Zstandard), a folder, or `-` for standard input. Its format is told by what stands
    in it. With --out what was accepted is written to a file that maps into memory: other commands take it in place of
    the original.

    Example: nmt compile clevr CLEVR_v1.0/questions/CLEVR_val_questions.json

    \b
    Formats:
"""


@define
class Run:
    """Files on their way through a checker.

    `unread` are those that could not be read to their end, `strangers` counts others of folders that hold no programs.
    """

    checker: Checker
    format: str | None
    options: Options
    on_error: OnError
    told: Told
    report: Report
    writer: Writer | None
    made: Compiled = field(factory=Compiled)
    parts: list[dict[str, Any]] = field(factory=list)
    unread: list[str] = field(factory=list)
    strangers: int = 0

    def files(self, paths: tuple[str, ...]) -> None:
        """Compile all files; raises CompileError for the first fault where that is asked for."""
        for path in paths:
            for source in self._inputs(path):
                self._file(source, named=source.path is None or str(source.path) == path)

    def _inputs(self, path: str) -> Iterator[Input]:
        try:
            yield from inputs(path)
        except CompileError as fault:
            self._break(fault, path)

    def _file(self, source: Input, *, named: bool) -> None:
        one = Compiled(unknown=self.made.unknown, impossible=self.made.impossible, fallback=self.made.fallback)
        before = self.made.read
        part: dict[str, Any] = {"file": source.name, "format": "unknown"}
        self.parts.append(part)
        try:
            format_ = format_of(source, self.format)
            part["format"] = format_.name
            compile_programs(
                read(source, format_, self.options, self.checker.interface),
                self.checker,
                on_error=self.on_error,
                keep=False,
                into=one,
                progress=lambda count: self.report(before + count, 0),
                accept=None if self.writer is None else self.writer.add,
                reject=self.told,
            )
            if not one.read:
                click.echo(f"{source.name}: holds no questions", err=True)
        except CompileError as fault:
            stranger = not named and part["format"] == "unknown" and fault.diagnostics[0].code == "NMT416"
            self._break(fault, None if stranger else source.name)
        finally:
            part |= {"read": one.read, "accepted": one.count, "reasons": dict(one.reasons)}
            self._count(one)

    def _break(self, fault: CompileError, name: str | None) -> None:
        """What came before a file (of this name) ended too early counts; the next file is read."""
        if self.on_error == "raise":
            raise fault
        if name is None:
            self.strangers += 1
        else:
            self.unread.append(name)
        show(fault.diagnostics) if not self.told.keep else self.told.kept.extend(fault.diagnostics)

    @property
    def why_not(self) -> str:
        """Why nothing is written; nothing where all is well."""
        if self.unread:
            others = f", nor were {len(self.unread) - 1:,} more" if len(self.unread) > 1 else ""
            return f"{self.unread[0]} was not read to its end{others}"
        return "" if self.made.count else "no program was accepted"

    def _count(self, one: Compiled) -> None:
        self.made.read += one.read
        self.made.count += one.count
        self.made.nodes += one.nodes
        self.made.seconds += one.seconds
        self.made.reasons += one.reasons
        self.made.warned += one.warned
        self.made.warnings += one.warnings[: MOST_WARNINGS - len(self.made.warnings)]


@click.command("compile", help=HELP + listed(FORMATS))
@click.argument("iface")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "format_", metavar="NAME", help="What the files are, where they do not show it.")
@reading
@click.option(
    "--on-error",
    type=click.Choice(["collect", "skip", "raise"]),
    default="collect",
    show_default=True,
    help="Tell of programs that are rejected, only count them, or stop at the first.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write what was accepted to this file.")
@click.option("--no-texts", is_flag=True, help="Leave the texts of questions out of it.")
@click.option("--use", "swaps", multiple=True, metavar="OLD=NEW", help="Put one package in another's place.")
@click.option("--model", help="Which model of the interface (default: the first).")
@click.option("--all", "all_", is_flag=True, help=f"Print every rejected program, not the first {SHOWN}.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(iface: str, files: tuple[str, ...], **given: Any) -> int:
    """See `HELP`."""
    interface = load_checked(iface, parse_swaps(given["swaps"]))
    checker = Checker(interface, model_of(interface, given["model"]))
    told = Told.of(all_=given["all_"], as_json=given["as_json"])
    options = options_of(given)
    stopped: CompileError | None = None
    if given["out"] is not None:
        check_out(given["out"], files)
    with ExitStack() as stack:
        report = stack.enter_context(progress("compile", "programs"))
        out, without = given["out"], ("question",) if given["no_texts"] else ()
        writer = None if out is None else stack.enter_context(Writer(out, interface, without))
        run = Run(checker, given["format_"], options, given["on_error"], told, report, writer)
        try:
            run.files(files)
        except CompileError as fault:  # the first, where that is to stop everything
            stopped = fault
            told.kept += fault.diagnostics
        if writer is not None and stopped is None and not run.why_not:
            writer.finish(
                {"files": run.parts, "unknown": _unknown(run.made.unknown), "fallback": _most(run.made.fallback)}
            )
    figures = _figures(run)
    if given["as_json"]:
        left = told.left + run.made.warned - len(run.made.warnings)
        found = [to_json(one) for one in (*told.kept, *run.made.warnings)]
        click.echo(json.dumps({**figures, "diagnostics": found, "left": left}, indent=2))
    else:
        _print(run, figures, stopped)
    why_not = "" if out is None else "it was stopped" if stopped else run.why_not
    if why_not:
        click.echo(f"not written: {why_not}", err=True)
    elif out is not None and not given["as_json"]:
        click.echo(f"written: {out} ({_size(out)})")
    return 1 if figures["rejected"] or run.unread or run.strangers or stopped or why_not else 0


def _figures(run: Run) -> dict[str, Any]:
    made = run.made
    return {
        "files": run.parts,
        "read": made.read,
        "accepted": made.count,
        "rejected": made.read - made.count,
        "reasons": dict(sorted(made.reasons.items())),
        "skeletons": sum(not isinstance(found, Fault) for found in run.checker.skeletons.values()),
        "nodes": made.nodes,
        "programs_per_second": round(made.read / made.seconds) if made.seconds else 0,
        "seconds": round(made.seconds, 2),
        "unknown": _unknown(made.unknown),
        "impossible": _unknown(made.impossible),
        "fallback": _most(made.fallback),
        "any_word": unbound(run.checker.interface),
    }


def _unknown(strays: Strays) -> dict[str, Any]:
    """Words by vocabulary: how many, and the most frequent."""
    return {name: _most(one) for name, one in strays.items()}


def _most(one: Unknown) -> dict[str, Any]:
    return {"total": one.total, "different": len(one.words), "most": dict(one.words.most_common(FREQUENT))}


def _words(one: dict[str, Any]) -> str:
    return ", ".join(f"{word} ({count:,})" for word, count in one["most"].items())


def _print(run: Run, figures: dict[str, Any], stopped: CompileError | None) -> None:
    show(run.made.warnings[:SHOWN])
    if run.made.warned > SHOWN:
        click.echo(f"... and {run.made.warned - SHOWN:,} more warnings", err=True)
    if run.told.left:
        click.echo(f"... and {run.told.left:,} more rejected (--all prints them)", err=True)
    if stopped is not None:
        show(stopped.diagnostics)
    for code, count in figures["reasons"].items():
        click.echo(f"{code}: {count:,} {'was' if count == 1 else 'were'} rejected: {TABLE[code].title}")
    for vocab, one in figures["unknown"].items():
        different = f"{one['different']:,} different"
        click.echo(f"{vocab}: {one['total']:,} words count as unknown, {different}: {_words(one)}")
    for vocab, one in figures["impossible"].items():
        different = f"{one['different']:,} different"
        click.echo(f"{vocab}: {one['total']:,} answers that cannot be given, {different}: {_words(one)}")
    if figures["fallback"]["total"]:
        most = _words(figures["fallback"])
        count = figures["fallback"]["total"]
        click.echo(f"{count:,} programs were made where no rule could tell{f': {most}' if most else ''}")
    if figures["any_word"]:
        click.echo(f"any word may stand for one of {', '.join(figures['any_word'])}: data will bring theirs")
    if len(run.parts) > 1:
        for part in run.parts:
            click.echo(f"{part['file']} ({part['format']}): {part['read']:,} read, {part['accepted']:,} accepted")
    where = f"{run.parts[0]['file']}: " if len(run.parts) == 1 else ""
    click.echo(
        f"{where}{figures['read']:,} read, {figures['accepted']:,} accepted, {figures['rejected']:,} rejected; "
        f"{_several(figures['skeletons'], 'skeleton')}, {_several(figures['nodes'], 'node')}"
        + (f"; {figures['programs_per_second']:,} programs a second" if figures["seconds"] >= LONG else "")
    )


def _several(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e3:,.0f} KB" if size < 1e6 else f"{size / 1e6:,.1f} MB"
