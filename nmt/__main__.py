"""The command `nmt`. Commands are imported when they are called, so that `nmt check` never waits for torch."""

from __future__ import annotations

import errno
import gc
import importlib
import sys
from typing import Any

import click

from nmt.compiler.diagnostics import CompileError, Diagnostic

from .terminal import show

# Imports make many small objects that live on: looking for garbage among them costs a tenth of `nmt check`.
gc.set_threshold(100_000, 20, 50)

COMMANDS = {
    "check": "Check interfaces: names, types, bounds.",
    "explain": "Tell what a diagnostic means, and what to do.",
    "fmt": "Format files: one style, every comment kept.",
    "show": "Show an interface with what was proved, or a program with its types.",
    "diff": "Say what breaks when an interface changes.",
    "stubs": "Write Python protocols for the modules of an interface.",
    "compile": "Check files of programs against an interface, and write what fits to one that maps into memory.",
    "convert": "Write programs in another format.",
    "parse": "Show how rules lead from questions in English to layouts.",
    "plan": "Show on whom each module depends, and how it is supervised.",
    "data": "Make data, and features of images.",
    "train": "Train an interface's network on a data set.",
    "eval": "Evaluate a trained network.",
    "lsp": "Serve an editor: findings as one types, hover, completion, rename, format.",
    "test": "Put modules to the test, by properties that their types promise.",
    "demo": "The whole way once, on made data.",
}


class Commands(click.Group):
    """Finds commands by name in `nmt.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of use."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"nmt.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; one that is written wrongly is told what was meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as fault:
            from nmt.compiler.check.hints import did_you_mean  # noqa: PLC0415 -- wanted after an error alone

            hint = did_you_mean(args[0], COMMANDS)
            raise click.UsageError(f"{fault.message} {hint.capitalize()}".rstrip(), ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ntypes", prog_name="nmt")
def cli() -> None:
    """Networks of typed neural modules: check, compile, train, evaluate.

    Example: nmt demo
    """


def main(args: list[str] | None = None) -> None:
    """Run the command line. Exit status: 0 done, 1 the input is at fault, 2 wrong usage, 130 interrupted."""
    as_json = "--json" in (sys.argv if args is None else args)
    try:
        outcome: Any = cli.main(args, prog_name="nmt", standalone_mode=False)
    except click.exceptions.Exit as fault:
        sys.exit(fault.exit_code)
    except click.ClickException as fault:
        fault.show()
        sys.exit(fault.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped; what was finished is kept", err=True)
        sys.exit(130)
    except CompileError as fault:
        show(fault.diagnostics, as_json=as_json)
        sys.exit(1)
    except BrokenPipeError:  # `nmt ... | head`
        sys.stderr.close()
        sys.exit(1)
    except OSError as fault:
        show([_worded(fault)], as_json=as_json)
        sys.exit(1)
    sys.exit(outcome if isinstance(outcome, int) else 0)


def _worded(fault: OSError) -> Diagnostic:
    place = str(fault.filename or "")
    if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Diagnostic(
            "NMT604", "the disk is full", place=place, help="free some space, then run it again: what is done stays"
        )
    return Diagnostic("NMT610", f"cannot be read or written: {fault.strerror or fault}", place=place)


if __name__ == "__main__":
    main()
