"""How fast PDFs are read, beside plain text extraction on the same files in the same run.

    python -m eval.speed FOLDER [--files 12]

Prints pages a second by the clock and by the processor time that was used, for one process and
for two. On a machine with other work the clock tells of that work too; processor time does not,
and what is linear in cores takes no more of it with two processes than with one.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pdfplumber
import pypdf
import pypdfium2

from ingest.read import read


def ours(path: Path) -> int:
    """PDF to passages, counted in words: a model's tokenizer is not measured."""
    return read(path, count_tokens=lambda text: len(text.split())).document.pages


def plain_pypdf(path: Path) -> int:
    pages = pypdf.PdfReader(path).pages
    for page in pages:
        page.extract_text()
    return len(pages)


def plain_pdfplumber(path: Path) -> int:
    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_text()
            page.close()
        return len(document.pages)


def plain_pypdfium2(path: Path) -> int:
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            page.get_textpage().get_text_range()
        return len(document)


READERS: tuple[tuple[str, Callable[[Path], int]], ...] = (
    ("reportqa, PDF to passages", ours),
    ("pypdf extract_text", plain_pypdf),
    ("pdfplumber extract_text", plain_pdfplumber),
    ("pypdfium2 get_text_range", plain_pypdfium2),
)


@dataclass(frozen=True, slots=True)
class Speed:
    """Pages a second: by the clock, and of processor time."""

    clock: float
    processor: float


def measure(reader: Callable[[Path], int], files: Sequence[Path], processes: int) -> Speed:
    """How fast ``processes`` processes read the files between them."""
    task = partial(_timed, reader)
    with ProcessPoolExecutor(processes) as pool:
        # All processes have loaded their library before the clock starts.
        list(pool.map(task, files[: 2 * processes]))
        begun = time.perf_counter()
        done = list(pool.map(task, files))
        took = time.perf_counter() - begun
    pages = sum(pages for pages, _ in done)
    return Speed(pages / took, pages / sum(seconds for _, seconds in done))


def _timed(reader: Callable[[Path], int], path: Path) -> tuple[int, float]:
    begun = time.process_time()
    return reader(path), time.process_time() - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=12, help="how many, evenly over the folder")
    options = parser.parse_args()
    files = sorted(options.folder.glob("*.pdf"))
    files = files[:: max(1, len(files) // options.files)][: options.files]
    if not files:
        parser.error(f"{options.folder} holds no PDF files")
    print(f"{len(files)} files; pages a second")
    print(f"{'':26}{'1 process':>20}{'2 processes':>20}")
    print(" " * 26 + 2 * f"{'clock':>10}{'processor':>10}")
    for name, reader in READERS:
        one, two = measure(reader, files, 1), measure(reader, files, 2)
        figures = (one.clock, one.processor, two.clock, two.processor)
        print(f"{name:26}" + "".join(f"{figure:10.1f}" for figure in figures), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
