"""`nmt show`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import click

from nmt.compiler.frontends.terms_text import read_term
from nmt.compiler.show import describe
from nmt.compiler.show_program import describe_program
from nmt.loading import load_checked, model_of, parse_swaps

Plain = dict[str, Any]
SHOWN = 8  # words of a vocabulary
WIDEST = 72  # of a first column: what is longer has its facts on a line of their own


@click.command("show")
@click.argument("iface")
@click.argument("program", required=False)
@click.option("--use", "swaps", multiple=True, metavar="OLD=NEW", help="Put one package in another's place.")
@click.option("--model", help="The model around PROGRAM (default: the program alone).")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def command(iface: str, program: str | None, swaps: tuple[str, ...], model: str | None, as_json: bool) -> None:
    """Show the interface IFACE with what was proved of it, or the term PROGRAM with its types.

    Example: nmt show clevr 'exist(filter_color[red](scene()))'
    """
    interface = load_checked(iface, parse_swaps(swaps))
    if program is None:
        shown = describe(interface)
        lines = () if as_json else _interface(shown)
    else:
        term, spans = read_term(program)
        shown = describe_program(interface, term, spans, model_of(interface, model) if model else None)
        lines = () if as_json else _program(shown)
    click.echo(json.dumps(shown, indent=2) if as_json else "\n".join(lines))


# -- an interface


def _interface(shown: Plain) -> Iterable[str]:
    yield f"{_bold(shown['package'])} @ {shown['version']}  {_dim(shown['file'])}"
    yield from map(_use, shown["uses"])
    section = partial(_section, shown["package"])
    yield from section("dims", [([_name(one), _size(one)], one) for one in shown["dims"]])
    yield from section("vocabularies", [([_name(one), *_words(one)], one) for one in shown["vocabularies"]])
    yield from section("types", [([_name(one), one["type"], *_kept(one)], one) for one in shown["types"]])
    yield from section("sources", [([_name(one), *_value(one)], one) for one in shown["sources"]])
    yield from section(
        "targets",
        [([_name(one), f"{one['type']} from {one['from']} by {one['loss']}"], one) for one in shown["targets"]],
    )
    yield from section("modules", [([one["signature"], _module(one)], one) for one in shown["modules"]], widest=56)
    yield from section("ops", [([one["signature"], _proved(one)], one) for one in shown["ops"]])
    yield from section("layouts", [([_name(one), *_value(one)], one) for one in shown["layouts"]])
    yield from section(
        "models", [([_name(one), f"= {one['body']}", one.get("type", "")], one) for one in shown["models"]]
    )
    yield from section("laws", [([_law(one)], one) for one in shown["laws"]])
    yield from section("expects", [([_name(one), ", ".join(one["claims"])], one) for one in shown["expects"]])
    yield from section(
        "surrogates", [([f"{one['name']} for {one['for']} {one['signature']}"], one) for one in shown["surrogates"]]
    )


def _section(own: str, title: str, rows: Sequence[tuple[list[str], Plain]], *, widest: int = WIDEST) -> Iterable[str]:
    """Rows below their title, in columns; what is not the package's `own` names its package, and softs stand below."""
    if not rows:
        return
    yield ""
    yield _title(title)
    count = max(len(cells) for cells, _ in rows)
    widths = [
        max((len(cells[at]) for cells, _ in rows if at < len(cells) - 1 and len(cells[at]) <= widest), default=0)
        for at in range(count)
    ]
    for cells, entry in rows:
        behind = "" if entry.get("package", own) == own else _dim(f"  ({entry['package']})")
        line = "  "
        for cell, width in zip(cells, widths, strict=False):
            if len(cell) > width and cell is not cells[-1]:
                yield f"{line}{cell}"
                line = " " * (2 + width + 2)
            else:
                line += f"{cell.ljust(width)}  "
        yield f"{line.rstrip()}{behind}"
        yield from map(_soft, entry.get("softs", ()))


def _use(use: Plain) -> str:
    swapped = use["for"] != use["package"]
    asked = f", asked for {use['asked']}" if use["asked"] != use["version"] and not swapped else ""
    return f"  uses {use['package']} @ {use['version']}{asked}" + (f" in the place of {use['for']}" if swapped else "")


def _size(dim: Plain) -> str:
    return "varies by sample" if dim["varies"] else "from the data" if dim["size"] is None else str(dim["size"])


def _soft(soft: Plain) -> str:
    weight = "" if soft["weight"] == 1 else f" weight {soft['weight']:g}"
    return f"    soft {soft['name']}: {soft['says']}{weight}"


def _law(law: Plain) -> str:
    params = ", ".join(f"{one['name']}: {one['type']}" for one in law["params"])
    return f"{law['name']}({params}): {law['says']}"


def _name(entry: Plain) -> str:
    name: str = entry["name"]
    return name


def _words(entry: Plain) -> list[str]:
    if entry["words"] is None:
        return ["?", f"from {entry['from']}"]
    words = entry["words"]
    shown = ", ".join(words[:SHOWN]) + (", ..." if len(words) > SHOWN else "")
    if entry["parts"]:
        parts = (part if isinstance(part, str) else f"{{ {', '.join(part[:SHOWN])} }}" for part in entry["parts"])
        shown = " + ".join(parts)
    return [str(entry["count"]), shown + (f"   from {entry['from']}" if entry["from"] else "")]


def _kept(entry: Plain) -> list[str]:
    """What keeps a value in its domain, and the types that it refines."""
    by = f"by {entry['enforcer']}" if entry["enforcer"] else ""
    return [by, f"refines {', '.join(entry['refines'])}"] if entry["refines"] else [by]


def _value(entry: Plain) -> list[str]:
    """A type; behind its name what it stands for."""
    return [entry["type"]] if entry["type"].startswith("real") else [entry["type"], _meant(entry)]


def _meant(entry: Plain) -> str:
    shape = f"[{', '.join(entry['shape'])}] " if entry["shape"] else ""
    return f"{shape}{entry['domain']}"


def _module(entry: Plain) -> str:
    shapes = ", ".join(f"[{', '.join(one['shape'])}]" if one["shape"] else "a scalar" for one in entry["inputs"])
    result = entry["result"]
    by = f" by {result['enforcer']}" if result["enforcer"] else ""
    count = "instances by the data" if entry["instances"] is None else f"{entry['instances']} instances"
    instances = f"; {count}" if entry["family"] else ""
    return f"{shapes or 'nothing'} -> {_meant(result)}{by}{instances}"


def _proved(entry: Plain) -> str:
    proved = entry["proved"]
    if proved is None:
        return ""
    then = f", {proved['then']}" if proved["then"] else ""
    promised = entry["result"]["domain"]
    inside = "" if then or proved["domain"] == promised or promised == "any real" else f", inside {promised}"
    return f"proved {proved['domain']}{inside}{then}"


# -- a program


def _program(shown: Plain) -> Iterable[str]:
    calls = [(f"{'  ' * call['depth']}{_called(call)}", call) for call in shown["calls"]]
    result = shown["result"]
    if result["type"] != shown["type"]:
        through = f"model {shown['model']}" if shown["model"] else f"layout {shown['layout']}"
        calls.append((f"-> {through}", result))
    width = max(len(text) for text, _ in calls)
    typed = max(len(call["type"]) for _, call in calls)
    for text, call in calls:
        yield f"{text.ljust(width)}  {_typed(call, typed)}"
    yield ""
    yield f"{_title('graph')}, {len(shown['nodes'])} nodes after {', '.join(shown['passes'])}"
    digits = len(str(len(shown["nodes"]) - 1))
    width = max(len(node["computes"]) for node in shown["nodes"])
    typed = max(len(node["type"]) for node in shown["nodes"])
    for node in shown["nodes"]:
        line = f"  {str(node['node']).rjust(digits)}  {node['computes'].ljust(width)}  {_typed(node, typed)}"
        yield line + ("  <- result" if node["node"] == shown["output"] else "")


def _called(call: Plain) -> str:
    return f"{call['op']}[{', '.join(call['words'])}]" if call["words"] else str(call["op"])


def _typed(entry: Plain, width: int) -> str:
    """A type, with what its name stands for."""
    if entry["type"].startswith("real"):
        return str(entry["type"])
    return f"{entry['type'].ljust(width)}  {_dim(_meant(entry))}"


def _title(text: str) -> str:
    return click.style(text, fg="cyan", bold=True)


def _bold(text: str) -> str:
    return click.style(text, bold=True)


def _dim(text: str) -> str:
    return click.style(text, dim=True)
