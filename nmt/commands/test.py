"""`nmt test`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from nmt.loading import load_checked, parse_settings, parse_swaps
from nmt.terminal import progress

if TYPE_CHECKING:
    from nmt.properties import Bench, Outcome, Property
    from nmt.properties.property import Tried
    from nmt.properties.report import Command


@click.command("test")
@click.argument("iface", required=False)
@click.option("--impl", help="A Python module whose MODULES implement the signatures.")
@click.option("--module", "modules", multiple=True, metavar="NAME", help="Only this module; may be given again.")
@click.option("--op", "ops", multiple=True, metavar="NAME", help="Only this op; may be given again.")
@click.option("--law", "laws", multiple=True, metavar="NAME", help="Only this law; may be given again.")
@click.option("--property", "names", multiple=True, metavar="NAME", help="Only this property; may be given again.")
@click.option("--use", "swaps", multiple=True, metavar="OLD=NEW", help="Put one package in another's place.")
@click.option("--set", "pairs", multiple=True, metavar="MODULE.SETTING=N", help="A setting of an implementation.")
@click.option("--dims", metavar="C=8,H=3", default="", help="Sizes that wait for data  [default: small, all different]")
@click.option("--examples", default=20, show_default=True, type=click.IntRange(1), help="Examples a search.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="Of all that is random.")
@click.option("--device", "device_name", default="cpu", show_default=True, help="cpu, cuda or auto.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.option("--list", "listed", is_flag=True, help="Say what each property guards against, and stop.")
def command(iface: str | None, listed: bool, as_json: bool, **options: Any) -> int:
    """Put IFACE to the test, by many small examples.

    Modules are held to what their types promise, bodies of ops to their bounds and to float64, laws to what they say;
    soft constraints are measured.

    Example: nmt test clevr --module find --impl my_modules
    """
    from nmt.properties import PROPERTIES
    from nmt.properties.promises import PROMISES
    from nmt.properties.report import listing

    known = (*PROPERTIES, *PROMISES)
    if listed:
        click.echo(json.dumps({one.name: one.guards for one in known}, indent=2) if as_json else listing(known))
        return 0
    if iface is None:
        raise click.UsageError("Missing argument 'IFACE'.")
    properties = _properties(options["names"], known)
    bench, repeat = _bench(iface, options)
    outcomes = _tried(bench, properties, options)
    _print(iface, outcomes, repeat, as_json=as_json)
    return 1 if any(outcome.status == "failed" or outcome.lost for outcome in outcomes) else 0


def _properties(names: Iterable[str], known: tuple[Property, ...]) -> list[Property]:
    by_name = {one.name: one for one in known}
    for name in names:
        if name not in by_name:
            raise click.BadParameter(
                f"there is no `{name}`; `nmt test --list` says what there is", param_hint="--property"
            )
    return [one for one in known if not names or one.name in names]


def _bench(iface: str, options: dict[str, Any]) -> tuple[Bench, Command]:
    """What is tested, and the line that does so again; wrong usage ends here."""
    from nmt.devices import device
    from nmt.properties import Bench
    from nmt.properties.binding import all_free
    from nmt.properties.report import Command

    interface = load_checked(iface, parse_swaps(options["swaps"]))
    given = _dims(options["dims"])
    known = [dim.name for dim in all_free(interface)]
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None:
        raise click.BadParameter(f"no size `{unknown}` is left open; {_has(known)}", param_hint="--dims")
    settings = parse_settings(options["pairs"])
    bench = Bench(interface, options["impl"], settings, given, options["seed"], device(options["device_name"]))
    subjects = bench.subjects()
    names = [*dict.fromkeys(name for one in subjects for name in (one.call.key[1], one.name))]
    for name, hint in [*((name, "--module") for name in options["modules"]), *((name, "--set") for name in settings)]:
        if name not in names:
            raise click.BadParameter(f"{interface.package} has no module `{name}`; {_has(names)}", param_hint=hint)
    bench.accept()
    flags = {"impl": [options["impl"]] if options["impl"] else [], "use": options["swaps"], "set": options["pairs"]}
    flags["dims"] = [options["dims"]] if options["dims"] else []
    flags["examples"] = [str(options["examples"])] if options["examples"] != 20 else []
    flags["device"] = [options["device_name"]] if options["device_name"] != "cpu" else []
    line = tuple(part for name, values in flags.items() for value in values for part in (f"--{name}", value))
    return bench, Command(iface, line, options["seed"])


def _tried(bench: Bench, properties: list[Property], options: dict[str, Any]) -> list[Outcome]:
    from nmt.properties import PROPERTIES, Search
    from nmt.properties.suite import try_all

    filtered = ((subject, [one for one in mine if one in properties]) for subject, mine in _asked(bench, options))
    tasks = [(subject, mine) for subject, mine in filtered if mine]
    asked = {subject.name for subject, _ in tasks if subject.kind == "module"}
    beside = [(one, PROPERTIES) for one in bench.subjects() if one.name not in asked]
    with progress("test", "properties") as report:
        return try_all(tasks, Search(options["examples"], options["seed"]), report, beside)


def _asked(bench: Bench, options: dict[str, Any]) -> list[tuple[Tried, Sequence[Property]]]:
    """The modules, ops and laws that were asked for, all by default; soft constraints go with their modules."""
    from nmt.properties import PROPERTIES
    from nmt.properties.promises import Soft, promises

    modules, chosen = set(options["modules"]), {"op": options["ops"], "law": options["laws"]}
    everything = not (modules or any(chosen.values()))
    wanted = {one.name for one in bench.subjects() if everything or modules & {one.name, one.call.key[1]}}
    there = list(promises(bench))
    for kind, names in chosen.items():
        known = [one.name for one, _ in there if one.kind == kind]
        for name in names:
            if name not in known:
                raise click.BadParameter(f"there is no {kind} `{name}`; {_has(known)}", param_hint=f"--{kind}")

    def asked(one: Tried) -> bool:
        return one.module in wanted if isinstance(one, Soft) else everything or one.name in chosen[one.kind]

    made: list[tuple[Tried, Sequence[Property]]] = [(one, PROPERTIES) for one in bench.subjects() if one.name in wanted]
    return [*made, *(pair for pair in there if asked(pair[0]))]


def _print(iface: str, outcomes: list[Outcome], repeat: Command, *, as_json: bool) -> None:
    from nmt.properties.report import failure, overview, plain, summary

    if as_json:
        made = [plain(outcome, repeat.line(outcome)) for outcome in outcomes]
        click.echo(json.dumps({"interface": iface, "seed": repeat.seed, "outcomes": made}, indent=2))
        return
    if not outcomes:
        click.echo(f"{iface} has nothing to test")
        return
    failures = (failure(outcome, repeat.line(outcome)) for outcome in outcomes if outcome.status == "failed")
    parts = (overview(outcomes), *failures, f"{iface}: {summary(outcomes)}")
    click.echo("\n\n".join(filter(None, parts)))


def _dims(text: str) -> dict[str, int]:
    made = {}
    for pair in filter(None, text.split(",")):
        name, equals, size = pair.partition("=")
        if not (name.strip() and equals and size.strip().isdecimal() and int(size)):
            raise click.BadParameter(f"`{pair}` is no size; write --dims C=8,H=3", param_hint="--dims")
        made[name.strip()] = int(size)
    return made


def _has(names: Iterable[str]) -> str:
    return f"there are {', '.join(names)}" if names else "there are none"
