"""`nmt parse`."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import click
from attrs import Factory, define, field

from nmt.compiler.compiled import diagnostic
from nmt.compiler.diagnostics import Diagnostic, to_json
from nmt.compiler.frontends.format import Format, Options
from nmt.compiler.frontends.layouts import layout_of, profile_of
from nmt.compiler.frontends.layouts.formats import records_of
from nmt.compiler.frontends.layouts.show import dependency_rows, describe, rule_rows
from nmt.compiler.frontends.parses.parse import Parse
from nmt.compiler.frontends.sps import as_read
from nmt.compiler.programs import Checker, Fault
from nmt.compiler.terms import Record, Skeleton, Term
from nmt.data.parsers import PARSERS, parser_of
from nmt.data.parsers.asked import asked, given, holds_parses, is_file, parsed
from nmt.formats import STDOUT, WRITABLE, options_of, reading, why_not, written
from nmt.loading import load_checked
from nmt.terminal import Report, progress, show, table

Found: TypeAlias = "tuple[Parse | None, list[Record] | Diagnostic]"
EVERY = 100  # questions between two reports of progress
NOTHING = Term(Skeleton(("leaf", "other"), ((), (0,)), (1, 1)), ("_thing", "_what"))  # in place of what has no layout
OUTSIDE = {"NMT401", "NMT402", "NMT416", "NMT449"}  # findings about no question: a parse, or a file, of none
SHOWN = 20  # findings that are told in full
HELP = """Show how rules lead from a question in English to a layout.

    Questions are shown with their dependencies, each rule that fired, and the layout. Of files of questions or of
    parses, and with --out, the layouts alone are written: a question that has none keeps its line, as
    `other[_what](leaf[_thing]())`. With questions and --parses, the parse of each question is found by its words.

    \b
    Example: nmt parse "Is there a red car?"
             nmt parse questions.txt --profile nmn-2016 --out layouts.terms
"""


@define
class Work:
    """Questions on their way to layouts, and what became of them."""

    options: Options
    checker: Checker | None
    read: Sequence[str] = ()  # files of questions and parses
    questions: int = 0
    layouts: int = 0
    rejected: int = 0
    retold: int = 0  # layouts whose root the line that is written does not tell
    fell: int = 0
    fallback: Counter[str] = field(default=Factory(Counter))

    def layout(self, file: str, parse: Parse | Diagnostic) -> Found:
        """The layouts of a question (several with the policy `all`), or what is wrong with it."""
        asked = not isinstance(parse, Diagnostic) or parse.code not in OUTSIDE
        self.questions += asked
        made = parse if isinstance(parse, Diagnostic) else records_of(parse, self.options, self.layouts, file)
        if not isinstance(made, Diagnostic) and self.checker is not None:
            outcomes = [(record, self.checker.check(record.term)) for record in made]
            faults = [diagnostic(fault, one) for one, fault in outcomes if isinstance(fault, Fault)]
            made = faults[0] if faults else made
        if isinstance(made, Diagnostic):
            self.rejected += asked
        else:
            self.layouts += len(made)
            fallback = made[0].columns["fallback"]
            self.fell += bool(fallback)
            self.fallback.update(fallback)
        return (None if isinstance(parse, Diagnostic) else parse), made

    @property
    def figures(self) -> dict[str, Any]:
        """The counts."""
        return {
            "questions": self.questions,
            "layouts": self.layouts,
            "rejected": self.rejected,
            "roots_by_question": self.retold,
            "fell_back": self.fell,
            "fallback": dict(self.fallback.most_common()),
        }

    def __str__(self) -> str:
        kinds = ", ".join(f"{name} {count:,}" for name, count in self.fallback.most_common())
        fell = f"; {self.fell:,} fell back ({kinds})" if self.fell else "; none fell back"
        counts = f"{_several(self.questions, 'question')}, {_several(self.layouts, 'layout')}"
        told = "root is" if self.retold == 1 else "roots are"
        retold = f"; {self.retold:,} {told} told by the question alone" if self.retold else ""
        return f"{counts}, {self.rejected:,} rejected{fell}{retold}"


@click.command("parse", help=HELP)
@click.argument("questions", nargs=-1, metavar="[QUESTION | FILE | -]...")
@click.option("--parses", metavar="FILE", help="Sentences parsed already: Stanford's, CoreNLP's, CoNLL-U, Penn trees.")
@click.option("--parser", type=click.Choice(PARSERS), help="Who parses  [default: spacy, or server with --server]")
@click.option("--server", metavar="URL", help="A CoreNLP server, as in http://localhost:9000; its answers are kept.")
@reading
@click.option("--iface", help="Check each layout against an interface, as in --iface vqa.")
@click.option("--to", type=click.Choice(list(WRITABLE)), help="The format of --out  [default: terms]")
@click.option("--out", metavar="FILE", help="Write the layouts alone; `-` is standard output.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(questions: tuple[str, ...], parses: str | None, parser: str | None, server: str | None, **rest: Any) -> int:
    """See `HELP`."""
    if not questions and parses is None:
        raise click.UsageError("give a question, a file of questions, or --parses FILE")
    if parses is None and any(map(holds_parses, questions)):
        if len(questions) > 1 or parser or server:
            raise click.UsageError("a file of sentences that are parsed already is given alone, or as --parses FILE")
        parses, questions = questions[0], ()
    if server and parser not in {None, "server"}:
        raise click.UsageError(f"--parser {parser} asks no server: leave --server out")
    if parses is not None and (parser or server):
        raise click.UsageError("--parses has parsed sentences: give no --parser or --server beside it")
    if parses is not None and len(questions) > 1 and any(map(is_file, questions)):
        raise click.UsageError("beside --parses stands one file of questions, or questions")
    if rest["as_json"] and (rest["out"] or rest["to"]) and rest["out"] in {None, STDOUT}:
        raise click.UsageError("give --out FILE beside --json: layouts and JSON cannot both go to standard output")
    options = options_of(rest)
    _compat(options)
    files = [one for one in (*questions, parses) if one and one != STDOUT and is_file(one)]
    work = Work(options, Checker(load_checked(rest["iface"])) if rest["iface"] else None, files)
    if parses is not None:
        stream = given(parses, questions)
    else:
        name = parser or ("server" if server else "spacy")
        stream = parsed(asked(questions), parser_of(name, server, _cache(), _warn))
    found = (work.layout(file, parse) for file, parse in stream)
    alone = not questions or any(map(is_file, questions))
    if rest["out"] or rest["to"] or (alone and not rest["as_json"]):
        return _write(found, work, WRITABLE[rest["to"] or "terms"], rest["out"] or STDOUT, as_json=rest["as_json"])
    return _tell(found, work, as_json=rest["as_json"])


def _several(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _compat(options: Options) -> None:
    profile = profile_of(options.profile)
    switches = [*(rule.compat for rule in profile.heads), *(rule.compat for rule in profile.words)]
    if options.compat and all(switch is None for switch in switches):
        raise click.UsageError(f"the profile {profile.name} knows no --compat: it belongs to nmn-2016")


def _cache() -> Path:
    """Where answers of a server are kept: the user's folder for what can be made again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ntypes" / "parses"


def _warn(message: str) -> None:
    click.echo(f"{click.style('warning', fg='yellow')}: {message}", err=True)


# -- a few questions, with all that led to their layouts


def _tell(found: Iterator[Found], work: Work, *, as_json: bool) -> int:
    shown: list[dict[str, Any]] = []
    faults: list[Diagnostic] = []
    for parse, made in found:
        if isinstance(made, Diagnostic):
            faults.append(made)
        if parse is not None and not (isinstance(made, Diagnostic) and made.code in {"NMT452", "NMT453"}):
            one = describe(parse, layout_of(parse, work.options.profile, compat=work.options.compat))
            records = [] if isinstance(made, Diagnostic) else made
            one["chosen"] = [str(record.term) for record in records]
            shown.append(one)
            if not as_json:
                click.echo("\n".join(_lines(one)) + "\n")
        if isinstance(made, Diagnostic) and not as_json:
            show([made])
    if as_json:
        click.echo(json.dumps({**work.figures, "shown": shown, "diagnostics": list(map(to_json, faults))}, indent=2))
    return 1 if faults else 0


def _lines(one: dict[str, Any]) -> Iterator[str]:
    yield click.style(one["question"], bold=True)
    yield ""
    yield table(*dependency_rows(one))
    yield ""
    yield table(list(rule_rows(one)), [f"rule ({one['profile']})", "word", "then"])
    yield ""
    chosen = one["chosen"] or [one["layout"]]
    yield from (f"layout  {click.style(term, bold=True)}" for term in chosen)
    yield from (f"   also {term}" for term in one["alternatives"] if term not in chosen)
    yield from (f"fell back: {what}" for what in one["fallback"])


# -- many questions


def _write(found: Iterator[Found], work: Work, format_: Format, out: str, *, as_json: bool) -> int:
    faults: list[Diagnostic] = []
    with progress("parse", "questions") as report:
        records = _records(found, work, format_, faults, report)
        assert format_.write is not None
        pieces = format_.write(records)
        with written(out, work.read) as stream:
            stream.writelines(piece.encode() for piece in pieces)
    if as_json:
        click.echo(json.dumps({**work.figures, "diagnostics": list(map(to_json, faults))}, indent=2))
        return 1 if faults else 0
    show(faults[:SHOWN])
    if len(faults) > SHOWN:
        click.echo(f"... and {len(faults) - SHOWN:,} more without a layout", err=True)
    click.echo(str(work), err=True)
    return 1 if faults else 0


def _records(
    found: Iterator[Found], work: Work, format_: Format, faults: list[Diagnostic], report: Report
) -> Iterator[Record]:
    """The layouts that the format can hold; of other questions what is wrong is kept, and their place in the file.

    A line of `.sps2` tells the root by its head alone. Where the question tells it otherwise (`Was it red?` is no
    `yesno`), it is written all the same and counted: whoever trains on it sets the root from the question.
    """
    nothing = Record(0, NOTHING)
    holds = why_not(nothing, format_) is None
    for _, made in found:
        if work.questions % EVERY == 0:
            report(work.questions, 0)
        if isinstance(made, Diagnostic):
            faults.append(made)
            if holds and made.code not in OUTSIDE:  # what is no question has no place
                yield nothing
            continue
        shown = list(map(as_read, made)) if format_.name == "sps2" else made
        fault = next(filter(None, (why_not(record, format_) for record in shown)), None)
        if fault is None:
            work.retold += shown[0].term != made[0].term
            yield from shown
            continue
        faults.append(fault)
        work.rejected += 1
        work.layouts -= len(made)
        if holds:
            yield nothing
