"""Extreme inputs for `fuzz.py`: one thing too often or too deep, and files that draw on others in odd ways."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path


def nested(chance: random.Random) -> bytes:
    """One thing too often, or too deep."""
    return chance.choice(NESTED)(Often(chance)).encode()


class Often:
    """How often, and a choice where there is one."""

    def __init__(self, chance: random.Random) -> None:
        self.n = chance.choice([2, 30, 99, 100, 101, 300, 1_000, 3_000])
        self.choice = chance.choice


NESTED: tuple[Callable[[Often], str], ...] = (
    lambda d: f"op f(x: real) -> real = {d.choice('([{') * d.n}x{d.choice(')]}') * d.n}",
    lambda d: f"op f(x: real) -> real = {'(' * d.n}x{')' * d.n}",
    lambda d: f"op f(x: real) -> real = {'-' * d.n}x",
    lambda d: f"type u = real in 0..1 by sigmoid\nop f(x: real) -> real = x{' as u' * d.n}",
    lambda d: f"op f(x: real) -> real = {d.choice(['+', '-', '*', '/', ' as ', '<=']).join(['x'] * d.n)}",
    lambda d: f"op f(x: real) -> real = {'abs(' * d.n}x{')' * d.n}",
    lambda d: f"op f(x: real) -> real = {'max(x, ' * d.n}x{')' * d.n}",
    lambda d: f"op f(x: real) -> real = {'sum[H](' * d.n}x{')' * d.n}\ndim H",
    lambda d: f"op f(x: real) -> real = exp({'+'.join(['(x*x)'] * d.n)})",
    lambda d: f"op f(x: real) -> real = {'*'.join(['(x+1)'] * d.n)}",
    lambda d: f"use std.attention @ 1.0.0 {{ {', '.join(d.choice(['mask', f'a{i}', 'H']) for i in range(d.n))} }}",
    lambda d: f"use {'.'.join(['a'] * d.n)} @ 1.0.0 {{ x }}",
    lambda d: f"package {'.'.join(['a'] * d.n)} @ 1.0.0",
    lambda d: f"op f[{', '.join(f'D{i}' for i in range(d.n))}](x: real) -> real = x\nop g() -> real = f(1)",
    lambda d: f"op f({', '.join(f'x{i}: real' for i in range(d.n))}) -> real = x0\nop g() -> real = f(1)",
    lambda d: f"dim H\ntype t = real[{d.choice(['+', '*', ', ']).join(['H'] * d.n)}]\nmodule m(t) -> t",
    lambda d: f"type t = real[{d.choice(['+', '*', ', ']).join(['999999999999999'] * d.n)}]\nmodule m(t) -> x: real",
    lambda d: f"type t = real in {{{', '.join(str(i) for i in range(d.n))}}}\nmodule m(t) -> t",
    lambda d: f"vocab V = {{{', '.join(f'w{i % 500}' for i in range(d.n))}}}",
    lambda d: f"vocab V = {' + '.join(['{a}'] * d.n)}",
    lambda d: "\n".join(f"op f{i}(x: real) -> real = {'f' + str(i - 1) + '(x)' if i else 'x'}" for i in range(d.n)),
    lambda d: "\n".join(f"op f{i}(x: real) -> real = f{(i + 1) % d.n}(x)" for i in range(d.n)),
    lambda d: "\n".join(f"op f{i}(x: real) -> real = f{i + 1}(x) * f{i + 1}(x)" for i in range(min(d.n, 99))),
    lambda d: "\n".join(f"type t{i} = {'t' + str(i + 1) if i < d.n else 'real'}" for i in range(d.n + 1)),
    lambda d: "\n".join(f"type t{i} = t{(i + 1) % d.n}" for i in range(d.n)),
    lambda d: "\n".join(f"vocab V{i} = {f'V{i + 1}' if i < d.n else '{ w }'}" for i in range(d.n + 1)),
    lambda d: "\n".join(f"vocab V{i} = {f'V{i + 1} +' if i < d.n else ''} {{ w{i} }}" for i in range(d.n + 1)),
    lambda d: "\n".join(f"vocab V{i} = V{(i + 1) % d.n}" for i in range(d.n)),
    lambda d: "vocab V0 = { w }\n" + "\n".join(f"vocab V{i + 1} = V{i} + V{i}" for i in range(d.n)),
    lambda d: "vocab V0 from data\n" + "\n".join(f"vocab V{i + 1} = V{i} + V{i}" for i in range(d.n)),
    lambda d: "type t0[N] = real[N]\n" + "\n".join(f"type t{i + 1}[N] = t{i}[N*N]" for i in range(d.n)),
    lambda d: "type t0[N] = real[N]\n" + "\n".join(f"type t{i + 1}[N] = t{i}[N+N]" for i in range(d.n)),
    lambda d: "type t0[N] = real[N]\n" + "\n".join(f"type t{i + 1}[N] = t{i}[9*N+1]" for i in range(d.n)),
    lambda d: (
        f"dim A\ndim B\ndim C\ndim D\ntype t[N] = real[{'*'.join(['N'] * min(d.n, 100))}]\nsource s: t[A+B+C+D+1]"
    ),
    lambda d: f"dim H\nop f[N](x: real[N]) -> real[N*N] = 0\nop g(x: real[H]) -> real = {'f(' * d.n}x{')' * d.n}",
    lambda d: "\n".join(f"dim A{i}\nvocab V{i} = {{ 0..{d.choice([999, 99999, 999999, 10**9])} }}" for i in range(d.n)),
    lambda d: f"vocab V = {{ {', '.join(f'{i}000000..{i}999999' for i in range(1, d.n))} }}",
    lambda d: f"vocab V = {{ 0..{d.choice([99999, 999999, 10**14])} }}\ndim H" + "\nvocab W = V + { x }" * d.n,
    lambda d: f"module m(x: real) -> real {'soft s: x <= 1 ' * d.n}",
    lambda d: f"law l(x: real): {'x + ' * d.n}x == x\nexpect m: {', '.join(['direct'] * d.n)}",
    lambda d: "".join(f"dim h{i} H\n" for i in range(d.n)) + "op" * d.n,
    lambda d: (
        d.choice(["#", '"', "a", "A", "9", " ", "\n", "\t", "(", "dim ", "é", "\0", "- ", "aB", '"\n']) * (d.n * 300)
    ),
    lambda d: f"vocab V = {{ {'w' * 300 * d.n} }}\nop f(x: {'y' * 30 * d.n}) -> real = {'z' * 30 * d.n}",
    lambda d: "\n".join("op f(x: mask) -> mask = nothing(x)" for i in range(d.n)),
    lambda d: " ".join(f"op f{i}(x: mask{i}) -> mask = nothing(x)" for i in range(d.n)),
)


# -- files and folders


def arranged(chance: random.Random, folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Files that draw on others in odd ways: circles, folders and devices in the place of files, links, long chains.

    Gives each main file with the swaps that it is checked with.
    """

    def text(name: str, said: str | bytes) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(said if isinstance(said, bytes) else said.encode())
        return path

    use = "use {} @ 1.0.0 {{ H }}\n"
    text("a.nmt", "package a @ 1.0.0\n" + use.format("b"))
    text("b.nmt", "package b @ 1.0.0\n" + use.format("a") + "dim H")
    for swaps in ({}, {"b": "a"}, {"a": "b", "b": "a"}, {"b": "b"}, {"b": "std"}, {"b": ""}, {"b": "../b"}, {"x": "y"}):
        yield folder / "a.nmt", swaps
    for count in (30, 120, 400):
        for at in range(count):
            text(f"c{at}.nmt", f"package c{at} @ 1.0.0\n" + (use.format(f"c{at + 1}") if at + 1 < count else "dim H"))
        yield folder / "c0.nmt", {}
    (folder / "wide").mkdir(exist_ok=True)
    (folder / "loop").mkdir(exist_ok=True)
    for link, to in (("loop/loop", "../loop"), ("self.nmt", "self.nmt"), ("gone.nmt", "nothing"), ("l.nmt", "b.nmt")):
        if not (folder / link).is_symlink():
            (folder / link).symlink_to(to)
    (folder / "dir.nmt").mkdir(exist_ok=True)
    text("binary.nmt", chance.randbytes(1_000)), text("binary.words", chance.randbytes(1_000))
    text("long.words", "\n".join(f"w{at}" for at in range(1_000_001)))
    (
        text("twice.words", "a\nb\na\n"),
        text("odd.words", "\ufeffa\n\0\n \n\u2028\nb b\n\x1b[31m\n"),
        text("none.words", ""),
    )
    for name in (
        "self",
        "gone",
        "l",
        "dir",
        "binary",
        "wide",
        "con.aux",
        "loop.loop.loop.b",
        "nul",
        "std.attention",
        "none",
        "a" * 300,
        ".".join(["a"] * 2_000),
    ):
        yield text("main.nmt", use.format(name)), {}
    for name in (
        ".",
        "/",
        "/dev/null",
        "/dev/zero",
        "/dev/urandom",
        "/dev/stdin",
        "pipe",
        "self.nmt",
        "gone",
        "loop",
        "binary.words",
        "long.words",
        "twice.words",
        "odd.words",
        "none.words",
        "a" * 300,
        "a/" * 3_000,
        "~",
        "",
        " ",
        "\0",
        "words\0",
        "é",
        "../" * 50 + "etc/passwd",
        "main.nmt",
    ):
        yield (
            text(
                "main.nmt", f'vocab V from "{name}"\nmodule m[v: V](x: real) -> real\nop f(x: real) -> real = m[a](x)'
            ),
            {},
        )
