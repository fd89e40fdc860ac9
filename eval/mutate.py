"""Broken PDFs by the thousand: does any of them stop the reader?

    python -m eval.mutate FILE.pdf… [--count 2000] [--seed 1] [--seconds 20] [--memory-mb 1000]

Every mutant is read in the child that the product reads in. Counted are the ways it ends; a fault
is a parent that fails, a reading that goes on past its limit, a child left behind, or a child
whose memory grows over its cap.
"""

import argparse
import random
import re
import resource
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import SourceError
from ingest.isolate import Isolated, Limits
from ingest.pdf import read_pdf

Mutation = Callable[[bytes, random.Random], bytes]

_OBJECT = re.compile(rb"\b\d+ \d+ obj\b.*?\bendobj\b", re.DOTALL)
_NUMBER = re.compile(rb"\d+")


def flip_bits(data: bytes, chance: random.Random) -> bytes:
    """One to fifty bits inverted anywhere."""
    mutant = bytearray(data)
    for _ in range(chance.randint(1, 50)):
        mutant[chance.randrange(len(mutant))] ^= 1 << chance.randrange(8)
    return bytes(mutant)


def truncate(data: bytes, chance: random.Random) -> bytes:
    """The file cut off, or a stretch of it taken out."""
    start = chance.randrange(len(data))
    if chance.random() < 0.5:
        return data[:start]
    return data[:start] + data[start + chance.randint(1, 5_000) :]


def splice(data: bytes, chance: random.Random) -> bytes:
    """An object overwritten by a copy of another."""
    objects = list(_OBJECT.finditer(data))
    if len(objects) < 2:
        return flip_bits(data, chance)
    here, there = chance.sample(objects, 2)
    return data[: here.start()] + there[0] + data[here.end() :]


def change_numbers(data: bytes, chance: random.Random) -> bytes:
    """Lengths, references and coordinates turned into others, huge and negative ones too."""
    numbers = list(_NUMBER.finditer(data))
    mutant = data
    chosen = chance.sample(numbers, min(len(numbers), chance.randint(1, 20)))
    for found in sorted(chosen, key=lambda found: -found.start()):
        new = chance.choice(
            [b"0", b"-1", b"1", b"2147483648", b"9" * 30, str(chance.randrange(500)).encode()]
        )
        mutant = mutant[: found.start()] + new + mutant[found.end() :]
    return mutant


def bomb(_data: bytes, chance: random.Random) -> bytes:
    """A content stream of a few kilobytes that unpacks to hundreds of megabytes, or many forms
    that each draw the next one several times."""
    if chance.random() < 0.5:
        unpacked = chance.choice([b"0 ", b"q ", b"(A) Tj ", b"[", b"<<"]) * chance.randint(
            1_000_000, 40_000_000
        )
        filters = b"/FlateDecode"
        packed = zlib.compress(unpacked)
        if chance.random() < 0.3:
            packed, filters = zlib.compress(packed), b"[/FlateDecode /FlateDecode]"
        return _page(_stream(packed, b"/Filter " + filters))
    fan = chance.randint(2, 30)
    forms = {}
    for level in range(12):
        body = b"/F Do " * fan
        forms[10 + level] = _stream(
            body, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F "
            + str(11 + level).encode() + b" 0 R >> >>"
        )  # fmt: skip
    return _page(_stream(b"/F Do", b""), b"/XObject << /F 10 0 R >>", forms)


def loop(_data: bytes, chance: random.Random) -> bytes:
    """Page trees, outlines and resources that lead back to themselves, or nest without end."""
    kind = chance.randrange(4)
    if kind == 0:
        return _file({1: b"<< /Type /Catalog /Pages 2 0 R >>",
                      2: b"<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] >>"})  # fmt: skip
    if kind == 1:
        return _page(_stream(b"/F Do", b""), b"/XObject << /F 3 0 R >> /Font 5 0 R",
                     {5: b"<< /F0 5 0 R >>"})  # fmt: skip
    if kind == 2:
        depth = chance.randint(100, 100_000)
        return _page(_stream(b"[" * depth + b"]" * depth + b" TJ", b""))
    return _file({
        1: b"<< /Type /Catalog /Pages 2 0 R /Outlines 5 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 3 0 R /MediaBox 3 0 R >>",
        5: b"<< /First 6 0 R /Last 6 0 R >>",
        6: b"<< /Title (again) /Next 6 0 R /First 5 0 R /Parent 5 0 R >>",
    })  # fmt: skip


def _stream(body: bytes, entries: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(body), body)


def _page(content: bytes, resources: bytes = b"", more: dict[int, bytes] | None = None) -> bytes:
    return _file({
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
           b"/Resources << %s >> >>" % resources,
        4: content,
        **(more or {}),
    })  # fmt: skip


def _file(objects: dict[int, bytes]) -> bytes:
    body = b"%PDF-1.7\n" + b"".join(
        b"%d 0 obj\n%s\nendobj\n" % item for item in sorted(objects.items())
    )
    return body + b"trailer << /Root 1 0 R /Size %d >>\nstartxref\n0\n%%%%EOF\n" % (
        max(objects) + 1
    )


MUTATIONS: tuple[tuple[Mutation, int], ...] = (
    (flip_bits, 6), (truncate, 4), (splice, 4), (change_numbers, 4), (bomb, 1), (loop, 1),
)  # fmt: skip
"""Each with its share."""


def mutants(files: Sequence[bytes], count: int, seed: int) -> list[tuple[str, bytes]]:
    """The same ``count`` mutants for the same seed: their kind and bytes."""
    chance = random.Random(seed)
    kinds, shares = zip(*MUTATIONS, strict=True)
    result = []
    for _ in range(count):
        (mutate,) = chance.choices(kinds, shares)
        result.append((mutate.__name__, mutate(chance.choice(files), chance)))
    return result


@dataclass(slots=True)
class Tally:
    """How the readings ended, and the faults among them."""

    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0


def run(files: Sequence[bytes], *, count: int, seed: int, limits: Limits) -> Tally:
    """Read ``count`` mutants, one after another, each made only when its turn has come."""
    tally = Tally()
    chance = random.Random(seed)
    seeds = [chance.randrange(2**32) for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder, Isolated(limits) as child:
        path = Path(folder) / "mutant.pdf"
        for number, own in enumerate(seeds, 1):
            ((kind, data),) = mutants(files, 1, own)
            path.write_bytes(data)
            begun = time.monotonic()
            try:
                child.read(read_pdf, path, ocr=False)
                end = "read"
            except SourceError as error:
                end = type(error).__name__
            took = time.monotonic() - begun
            tally.ends[kind, end] += 1
            tally.slowest = max(tally.slowest, took)
            if took > limits.seconds + 5:
                tally.faults.append(f"{kind}, seed {own}: {took:.0f} s")
            if sys.stderr.isatty():
                print(f"\r{number}/{count}", end="", file=sys.stderr)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    if peak > limits.memory:
        tally.faults.append(f"a child held {peak / 1e6:.0f} MB")
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--memory-mb", type=int, default=1_000)
    options = parser.parse_args()
    tally = run(
        [file.read_bytes() for file in options.files],
        count=options.count,
        seed=options.seed,
        limits=Limits(options.seconds, options.memory_mb * 1_000_000),
    )
    for (kind, end), count in sorted(tally.ends.items()):
        print(f"{kind:16}{end:18}{count:6}")
    print(f"slowest {tally.slowest:.1f} s; faults: {len(tally.faults)}")
    for fault in tally.faults:
        print(f"  {fault}")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
