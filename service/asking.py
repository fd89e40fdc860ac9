"""A question as a page asks it, its reply kept for what is done with the answer next."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from service.library import Library
from service.pages import address
from service.reply import Reply
from service.writer import Write, unwritten

_KEPT = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the ids of the reports it is put to (none: all of them)."""

    question: str
    documents: tuple[str, ...] = ()
    top_k: int = 5

    def address(self, path: str = "/", **more: object) -> str:
        """The question's address on a page; the same question always has the same."""
        query: list[tuple[str, object]] = [("q", self.question)]
        query += [("document", document_id) for document_id in self.documents]
        query += [("top_k", self.top_k)] if self.top_k != 5 else []
        return address(path, [*query, *more.items()])


class Asker:
    """Asks the library, and remembers the last replies, so that downloading an answer or sorting
    a comparison asks nothing again. A changed index forgets them. ``write`` adds a summary."""

    def __init__(self, library: Library, write: Write = unwritten) -> None:
        self.library = library
        self._write = write
        self._lock = Lock()
        self._generation = ""
        self._replies: OrderedDict[Asked, Reply] = OrderedDict()

    def ask(self, asked: Asked) -> Reply:
        """The reply; raises what ``Library.ask`` raises."""
        with self._lock:
            generation = self.library.store.generation()
            if generation != self._generation:
                self._replies.clear()
                self._generation = generation
            known = self._replies.get(asked)
        if known is not None:
            return known
        reply = self.library.ask(
            asked.question, documents=list(asked.documents) or None, top_k=asked.top_k
        )
        self._keep(asked, reply, generation)
        return reply

    def ask_in_full(self, asked: Asked) -> Reply:
        """The reply with a summary, if one is to be had; it is written once."""
        generation = self.library.store.generation()
        reply = self.ask(asked)
        if not reply.summary and (written := self._write(reply)).summary:
            self._keep(asked, written, generation)
            return written
        return reply

    def _keep(self, asked: Asked, reply: Reply, generation: str) -> None:
        with self._lock:
            if generation == self._generation:
                self._replies[asked] = reply
                while len(self._replies) > _KEPT:
                    self._replies.popitem(last=False)


def confidence_in_words(confidence: float) -> str:
    """A probability (0 to 1) in the calibrated words of the IPCC (Mastrandrea et al. 2010)."""
    scale: Sequence[tuple[float, str]] = (
        (0.95, "Extremely likely to be right"),
        (0.90, "Very likely to be right"),
        (0.66, "Likely to be right"),
        (0.50, "More likely right than wrong"),
        (0.33, "About as likely right as wrong"),
    )
    return next((words for least, words in scale if confidence >= least), "Unlikely to be right")
