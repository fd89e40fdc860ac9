"""The command line: ``reportqa``."""

import argparse
import json
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from index.models import (
    DEFAULT,
    ENCODER,
    RERANKER,
    ModelSpec,
    fetch,
    fetch_custom,
    folder_digest,
    locate,
    locate_custom,
)
from ingest.errors import ReportError
from ingest.records import Document
from service.settings import Settings

_EXAMPLES = """\
examples:
  reportqa ingest report.pdf notes/          read files or whole folders
  reportqa ask "what is the charge rate?"    answer, section, page and quote
  reportqa serve                             the same in the browser
Settings can also be given as environment variables, REPORTQA_INDEX and so on.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, 1 where there is no answer, 2 for an error."""
    try:
        options = _parser(_checked({})).parse_args(argv)
        code: int = options.run(options)
    except ReportError as error:
        print(f"reportqa: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return code


def ingest(options: argparse.Namespace) -> int:
    """Read files into the index; those that cannot be read are named, the others are added."""
    from service.assembly import make_library, make_reader
    from service.intake import Taker, take_in
    from service.progress import Bars

    settings = _settings(options)
    library = make_library(settings, reranker=False)
    with make_reader(settings) as read, Bars() as bars:
        taker = Taker(library, read, settings.max_megabytes * 1_000_000)
        outcomes = take_in(options.paths, taker, on_event=bars.show)
    refused = [outcome for outcome in outcomes if outcome.reason]
    for outcome in outcomes:
        if not outcome.reason:
            print(outcome.sentence())
    for outcome in refused:
        print(f"reportqa: {outcome.sentence()}", file=sys.stderr)
    return 2 if refused else 0


def ask(options: argparse.Namespace) -> int:
    """Answer a question; exit code 1 where the reports don't say."""
    from service.assembly import make_library, make_write
    from service.schemas import AskOut
    from service.telling import told

    settings = _settings(options)
    write = make_write(settings)
    library = make_library(settings)
    # What the terminal sends is not always UTF-8.
    question = options.question.encode(errors="replace").decode()
    reply = write(library.ask(question, documents=options.document, top_k=options.top_k))
    if options.json:
        print(AskOut.of(reply).model_dump_json(indent=2))
    else:
        print(told(reply))
    return 0 if reply.answer else 1


def serve(options: argparse.Namespace) -> int:
    """Serve the form and the JSON contract until interrupted."""
    import uvicorn

    from service.app import create_app
    from service.assembly import make_library

    settings = _settings(options)
    with _listening(settings.host, settings.port) as listening:
        library = make_library(settings)
        app = create_app(lambda: library, settings=settings)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        print(f"reportqa: open http://{host}:{listening.getsockname()[1]}", file=sys.stderr)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
    return 0


def documents(options: argparse.Namespace) -> int:
    """List the reports in the index."""
    from index.store import Store

    index = Store(_settings(options).index).open()
    counts = {d.id: 0 for d in index.documents}
    for passage in index.passages:
        counts[passage.document_id] += 1
    if options.json:
        print(json.dumps([_summary(d, counts[d.id]) for d in index.documents], indent=2))
    for document in [] if options.json else index.documents:
        pages = f"{document.pages} pages, " if document.pages else ""
        print(f"{document.id}  {document.title}  ({pages}{counts[document.id]} passages)")
    return 0


def remove(options: argparse.Namespace) -> int:
    """Take reports out of the index."""
    from service.assembly import make_library

    library = make_library(_settings(options), reranker=False)
    library.remove(options.ids)
    print(f"removed {len(options.ids)}")
    return 0


def feedback(options: argparse.Namespace) -> int:
    """Print what people said of answers as draft lines for the known answers."""
    from service.feedback import Feedback

    for line in Feedback(_settings(options).index / "feedback.sqlite3").export():
        print(json.dumps(line, ensure_ascii=False))
    return 0


def inspect(options: argparse.Namespace) -> int:
    """Show what is read of a file: outline, passages, tables, footnotes, acronyms, warnings."""
    from ingest.inspect import as_dict, as_text
    from service.assembly import make_reader
    from service.intake import checked

    settings = _settings(options)
    checked(options.path, settings.max_megabytes * 1_000_000)
    with make_reader(settings) as read:
        reading = read(options.path)
    if options.json:
        print(json.dumps(as_dict(reading), indent=2, ensure_ascii=False))
    else:
        print(as_text(reading))
    return 0


def models(options: argparse.Namespace) -> int:
    """Show which model files are used; ``fetch`` brings them from the model hub."""
    settings, fetching = _settings(options), options.action == "fetch"
    for spec, name in ((ENCODER, settings.encoder), (RERANKER, settings.reranker)):
        if name == DEFAULT:
            lines = _pinned(spec, settings.models, fetching=fetching)
        elif name == "none" and spec is RERANKER:
            lines = ("none",)
        else:
            lines = _custom(name, fetching=fetching)
        print(f"{spec.role:9} " + "\n          ".join(lines))
    return 0


def _pinned(spec: ModelSpec, folder: Path, *, fetching: bool) -> tuple[str, ...]:
    found = fetch(spec, folder=folder) if fetching else locate(spec, folder=folder)
    return (
        f"{spec.name} ({spec.licence})",
        f"{found.folder} ({found.origin})",
        f"SHA-256 {spec.checksum} verified",
    )


def _custom(name: str, *, fetching: bool) -> tuple[str, ...]:
    folder = fetch_custom(name) if fetching else locate_custom(name)
    return name, str(folder), f"SHA-256 {folder_digest(folder)} of all its files"


def evaluate(options: argparse.Namespace) -> int:
    """Ask the known answers and write a report of how many are right."""
    from eval.known import main as run

    given = ["--index", str(options.index), "--split", options.split, "--out", str(options.out)]
    return run(given + (["--cases", str(options.cases)] if options.cases else []))


def _settings(options: argparse.Namespace) -> Settings:
    given = vars(options)
    return _checked({name: given[name] for name in Settings.model_fields if name in given})


def _checked(given: Mapping[str, object]) -> Settings:
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = first["loc"][0]
        raise ReportError(
            f"{name} is {first['input']!r} ({first['msg']}): change the option or the environment "
            f"variable REPORTQA_{str(name).upper()}"
        ) from error


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ReportError(
            f"{host}:{port} cannot be served on ({error.strerror}): end what uses it, or choose "
            f"another with --host and --port"
        ) from error


def _summary(document: Document, passages: int) -> dict[str, object]:
    return {
        "id": document.id,
        "title": document.title,
        "name": document.name,
        "date": document.date or None,
        "pages": document.pages or None,
        "passages": passages,
    }


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="reportqa",
        description="Answers from inspection reports, in their own words, with section and page.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    index = argparse.ArgumentParser(add_help=False)
    index.add_argument(
        "--index", type=Path, default=settings.index, metavar="DIR", help="default: %(default)s"
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: object, help_: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[index], help=help_, description=help_)
        added.set_defaults(run=run)
        return added

    add = command("ingest", ingest, "read PDF, text or Markdown files or folders into the index")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")

    add = command("ask", ask, "answer a question, with section, page and quote")
    add.add_argument("question")
    add.add_argument("--document", action="append", metavar="ID", help="ask only this report")
    add.add_argument("--top-k", type=_top_k, default=5, metavar="N", help="passages shown, 1-20")
    add.add_argument("--json", action="store_true", help="print the reply as /ask returns it")

    add = command("serve", serve, "serve the form and /ask")
    add.add_argument("--host", default=settings.host, help="default: %(default)s")
    add.add_argument("--port", type=int, default=settings.port, help="default: %(default)s")

    add = command("documents", documents, "list the reports in the index")
    add.add_argument("--json", action="store_true")

    add = command("remove", remove, "take reports out of the index")
    add.add_argument("ids", nargs="+", metavar="ID")

    add = command("feedback", feedback, "export what people said of answers, for the known answers")
    add.add_argument("action", choices=["export"])

    add = command("inspect", inspect, "show what is read of a file, and what could not be")
    add.add_argument("path", type=Path, metavar="PATH")
    add.add_argument("--json", action="store_true")

    add = command("models", models, "show which model files are used, or fetch them")
    add.add_argument("action", nargs="?", choices=["show", "fetch"], default="show")

    add = command("eval", evaluate, "ask the known answers and report how many are right")
    add.add_argument("--cases", type=Path, metavar="FILE", help="default: the shipped questions")
    add.add_argument("--split", choices=["dev", "fit", "held", "all"], default="all")
    add.add_argument("--out", type=Path, default=Path("var/eval"), metavar="DIR")
    return parser


def _top_k(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 20):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 20")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
