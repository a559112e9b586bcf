"""`nmt explain`."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Sequence

import click

from nmt.compiler.codes import HUNDREDS, RULES, TABLE, Code

CODE = re.compile(r"(?:NMT)?[-_ ]?0*(\d{2,3})", re.IGNORECASE | re.ASCII)  # as people write it
HUNDRED = re.compile(r"(?:NMT)?[-_ ]?(\d)(?:xx)?", re.IGNORECASE | re.ASCII)


@click.command("explain")
@click.argument("codes", nargs=-1, metavar="[CODE...]")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(codes: tuple[str, ...], as_json: bool) -> int:
    """Tell what each CODE means, why the rule behind it is there, and what to do; without one, list all.

    `303` and `nmt303` are understood, and `3xx` lists a hundred.

    Example: nmt explain NMT303
    """
    rows: list[Code] = [] if codes else list(TABLE.values())
    unknown: dict[str, str] = {}
    for code in dict.fromkeys(codes):
        try:
            rows.extend(_rows(code))
        except click.UsageError as fault:
            if not as_json:
                raise
            unknown[code] = fault.message
    whole = bool(codes) and not any(HUNDRED.fullmatch(code) for code in codes)
    if as_json:
        told = {"codes": [_plain(row, whole=whole) for row in rows]}
        wrong = [{"asked": code, "message": message} for code, message in unknown.items()]
        click.echo(json.dumps({**told, "unknown": wrong}, indent=2))
    elif whole:
        click.echo("\n\n\n".join("\n".join(_page(row)) for row in rows))
    else:
        click.echo("\n".join(_list(rows)))
    return 2 if unknown else 0


def _rows(text: str) -> tuple[Code, ...]:
    """The rows that somebody means: `303`, `nmt303` and `NMT0303` are NMT303, `3xx` is a list. Raises UsageError."""
    digits, hundred = CODE.fullmatch(text), HUNDRED.fullmatch(text)
    code = f"NMT{int(digits[1]):03}" if digits else text.upper()
    if code in TABLE:
        return (TABLE[code],)
    place = hundred[1] if hundred else code[3] if digits else ""
    if place in HUNDREDS:
        title, rows = HUNDREDS[place]
        if hundred:
            return rows
        raise click.UsageError("\n".join([f"no diagnostic has the code {code}. {title}:", "", *_lines(rows)]))
    close = difflib.get_close_matches(code, TABLE, n=1, cutoff=0.8)
    hint = f" Did you mean {close[0]}?" if close and not digits else ""
    raise click.UsageError(f"no diagnostic has the code `{text}`.{hint} `nmt explain` lists all.")


def _list(rows: Sequence[Code]) -> Iterator[str]:
    for digit, (title, all_) in HUNDREDS.items():
        here = [row for row in all_ if row in rows]
        if here:
            yield click.style(f"{digit}xx  {title}", bold=True)
            yield from _lines(here)
            yield ""
    yield "nmt explain CODE tells what a code means, and what to do."


def _lines(rows: Iterable[Code]) -> Iterator[str]:
    for row in rows:
        yield f"  {row.code}  {row.title}{' (warning)' if row.severity == 'warning' else ''}"


def _page(row: Code) -> Iterator[str]:
    from nmt.compiler.codes.document import anchor, stated
    from nmt.compiler.codes.examples import said

    colour = "yellow" if row.severity == "warning" else "red"
    yield f"{click.style(row.code, fg=colour, bold=True)} {row.severity}: {click.style(row.title, bold=True)}"
    yield f"\n{row.page}\n\n{stated(row.rule)}"
    yield from _block("For example:", row.wrong)
    yield from _block("where", row.before)
    yield from _block("It says:", said(row))
    yield from _block("Mended:", row.right)
    yield f"\n{anchor(row.code)}"


def _block(title: str, text: str) -> Iterator[str]:
    if text:
        yield "\n" + click.style(title, bold=True) + "\n"
        yield from (f"    {line}" for line in text.splitlines())


def _plain(row: Code, *, whole: bool) -> dict[str, str]:
    from nmt.compiler.codes.examples import said

    head = {"code": row.code, "severity": row.severity, "title": row.title, "rule": row.rule}
    if not whole:
        return head
    return {
        **head,
        "rule_text": RULES[row.rule],
        "page": row.page,
        "kind": row.kind,
        "wrong": row.wrong,
        "says": said(row),
        "right": row.right,
    }
