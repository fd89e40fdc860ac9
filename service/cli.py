"""The command line: ``reportqa``."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

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
    options = _parser(Settings()).parse_args(argv)
    try:
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
    from service.assembly import make_library
    from service.schemas import AskOut
    from service.telling import told

    library = make_library(_settings(options))
    reply = library.ask(options.question, documents=options.document, top_k=options.top_k)
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
    app = create_app(lambda: make_library(settings), settings=settings)
    print(f"reportqa: open http://{settings.host}:{settings.port}", file=sys.stderr)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning")
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


def inspect(options: argparse.Namespace) -> int:
    """Show what is read of a file: outline, passages, tables, footnotes, acronyms, warnings."""
    from ingest.inspect import as_dict, as_text
    from service.assembly import make_reader

    with make_reader(_settings(options)) as read:
        reading = read(options.path)
    if options.json:
        print(json.dumps(as_dict(reading), indent=2, ensure_ascii=False))
    else:
        print(as_text(reading))
    return 0


def models(options: argparse.Namespace) -> int:
    """Show which model files are used; ``fetch`` brings them from the model hub."""
    from index.models import ENCODER, RERANKER, fetch, locate

    folder = _settings(options).models
    for spec in (ENCODER, RERANKER):
        found = (
            fetch(spec, folder=folder) if options.action == "fetch" else locate(spec, folder=folder)
        )
        print(
            f"{spec.role:9} {spec.name} ({spec.licence})\n"
            f"          {found.folder} ({found.origin})\n"
            f"          SHA-256 {spec.checksum} verified"
        )
    return 0


def evaluate(options: argparse.Namespace) -> int:
    """Ask the known answers and write a report of how many are right."""
    from eval.known import main as run

    given = ["--index", str(options.index), "--split", options.split, "--out", str(options.out)]
    return run(given + (["--cases", str(options.cases)] if options.cases else []))


def _settings(options: argparse.Namespace) -> Settings:
    given = vars(options)
    return Settings(**{name: given[name] for name in Settings.model_fields if given.get(name)})


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

    add = command("inspect", inspect, "show what is read of a file, and what could not be")
    add.add_argument("path", type=Path, metavar="PATH")
    add.add_argument("--json", action="store_true")

    add = command("models", models, "show which model files are used, or fetch them")
    add.add_argument("action", nargs="?", choices=["show", "fetch"], default="show")

    add = command("eval", evaluate, "ask the known answers and report how many are right")
    add.add_argument("--cases", type=Path, metavar="FILE", help="default: the shipped questions")
    add.add_argument("--split", choices=["dev", "held", "all"], default="all")
    add.add_argument("--out", type=Path, default=Path("var/eval"), metavar="DIR")
    return parser


def _top_k(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 20:
        raise argparse.ArgumentTypeError("from 1 to 20")
    return value


if __name__ == "__main__":
    sys.exit(main())
