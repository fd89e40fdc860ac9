"""How fast PDFs are read, beside plain text extraction on the same files in the same run.

    python -m eval.speed FOLDER [--files 12]

Prints pages a second of processor time for one process, and of the clock for one and two.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pdfplumber
import pypdf
import pypdfium2

from ingest.pdf import read_pdf


def ours(path: Path) -> int:
    """PDF to blocks: lines, columns, tables, paragraphs."""
    return len(read_pdf(path, ocr=False).pages)


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
    ("reportqa, PDF to blocks", ours),
    ("pypdf extract_text", plain_pypdf),
    ("pdfplumber extract_text", plain_pdfplumber),
    ("pypdfium2 get_text_range", plain_pypdfium2),
)


def measure(reader: Callable[[Path], int], files: Sequence[Path]) -> tuple[float, float, float]:
    """Pages a second: of processor time, of the clock with one process, and with two."""
    processor, clock = time.process_time(), time.perf_counter()
    pages = sum(map(reader, files))
    processor, clock = time.process_time() - processor, time.perf_counter() - clock
    with ProcessPoolExecutor(2) as pool:
        # Both processes have loaded their library before the clock starts.
        list(pool.map(reader, files[:2]))
        begun = time.perf_counter()
        list(pool.map(reader, files))
        both = time.perf_counter() - begun
    return pages / processor, pages / clock, pages / both


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
    print(f"{'':26}{'processor':>10}{'1 process':>11}{'2 processes':>13}")
    for name, reader in READERS:
        processor, one, two = measure(reader, files)
        print(f"{name:26}{processor:10.1f}{one:11.1f}{two:13.1f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
