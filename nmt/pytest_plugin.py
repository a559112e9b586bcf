"""Pytest collects `.nmt` files: every property of every module, op and law is a test of its own.

    pytest --nmt                         # every .nmt file below the test paths
    pytest digits.nmt                    # one file
    pytest digits.nmt::read              # one module; `'digits.nmt::read[batch]'` is one property of it
    pytest digits.nmt --nmt-impl digits_modules

In the configuration, `nmt = true` collects without the flag, `nmt_examples = 50` tries harder, and `nmt_impl` says
which Python module implements which file, a line each: `digits.nmt: digits_modules`. Others are implemented by default.
What would only say again that another property does not hold is skipped.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from nmt.properties import Property
    from nmt.properties.property import Tried
    from nmt.properties.report import Command
    from nmt.properties.suite import Trials


class PropertyFailed(Exception):  # noqa: N818 -- what pytest shows is its text
    """A property does not hold."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options and settings."""
    group = parser.getgroup("nmt", "neural data types")
    group.addoption("--nmt", action="store_true", help="collect .nmt files: the properties of their modules and ops")
    group.addoption("--nmt-impl", metavar="MODULE", help="the Python module whose MODULES implement the interfaces")
    group.addoption("--nmt-examples", type=int, metavar="N", help="examples a search (default: 20)")
    parser.addini("nmt", "collect .nmt files", type="bool", default=False)
    parser.addini("nmt_impl", "which module implements which file, as `digits.nmt: digits_modules`", type="linelist")
    parser.addini("nmt_examples", "examples a search", default="20")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> NmtFile | None:
    """Collect a `.nmt` file that was asked for."""
    if file_path.suffix != ".nmt":
        return None
    config = parent.config
    named = any(file_path == Path(config.invocation_params.dir, arg.split("::")[0]).resolve() for arg in config.args)
    if not (named or config.getoption("--nmt") or config.getini("nmt")):
        return None
    made: NmtFile = NmtFile.from_parent(parent, path=file_path)
    return made


class NmtFile(pytest.File):
    """An interface."""

    trials: Trials
    again: Command

    def collect(self) -> Iterator[pytest.Item]:
        """A test for each property of each module, op and law."""
        from nmt.compiler.diagnostics import CompileError  # noqa: PLC0415 -- pytest loads plugins in every project
        from nmt.loading import load_checked  # noqa: PLC0415
        from nmt.properties import PROPERTIES, Bench, Search  # noqa: PLC0415
        from nmt.properties.promises import promises  # noqa: PLC0415
        from nmt.properties.suite import Trials  # noqa: PLC0415

        impl = self._impl()
        if impl and str(self.path.parent) not in sys.path:
            sys.path.insert(0, str(self.path.parent))
        try:
            bench = Bench(load_checked(str(self.path)), impl=impl)
            bench.accept()
            tasks: list[tuple[Tried, Sequence[Property]]] = [(one, PROPERTIES) for one in bench.subjects()]
            tasks.extend(promises(bench))
        except CompileError as fault:
            raise self.CollectError(str(fault)) from None
        examples = self.config.getoption("--nmt-examples") or int(self.config.getini("nmt_examples"))
        self.trials = Trials(tasks, Search(examples))
        self.again = self._again(impl, examples)
        for subject, properties in tasks:
            title = subject.name if subject.kind == "module" else f"{subject.kind} {subject.name}"
            for one in properties:
                item: NmtItem = NmtItem.from_parent(self, name=f"{title}[{one.name}]")
                item.subject, item.property = subject, one
                yield item

    def _impl(self) -> str | None:
        given: str | None = self.config.getoption("--nmt-impl")
        for line in self.config.getini("nmt_impl"):
            pattern, _, module = line.partition(":")
            if self.path.match(pattern.strip()):
                return given or module.strip()
        return given

    def _again(self, impl: str | None, examples: int) -> Command:
        """The command line that tries the same, from the folder in which pytest was started."""
        from nmt.properties.report import Command  # noqa: PLC0415

        options = [*(("--impl", impl) if impl else ()), *(("--examples", str(examples)) if examples != 20 else ())]
        return Command(os.path.relpath(self.path, self.config.invocation_params.dir), tuple(options))


class NmtItem(pytest.Item):
    """One property of one module, op, law or soft constraint."""

    parent: NmtFile
    subject: Tried
    property: Property

    def runtest(self) -> None:
        """Try it."""
        from nmt.properties.report import failure  # noqa: PLC0415

        outcome = self.parent.trials.outcome(self.subject, self.property)
        if outcome.status == "failed":
            raise PropertyFailed(failure(outcome, self.parent.again.line(outcome)))
        if outcome.status == "left out":
            pytest.skip(outcome.reason)
        self.add_report_section("call", "nmt", outcome.reason)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The property that does not hold, in words; anything else as pytest has it."""
        if isinstance(excinfo.value, PropertyFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands."""
        return self.path, None, f"{self.path.name}: {self.name}"
