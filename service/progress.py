"""Progress bars for the terminal."""

from types import TracebackType

from tqdm import tqdm

from service.intake import Event


class Bars:
    """One bar for the files and one for the passages being embedded; nothing where the standard
    error is not a terminal."""

    def __init__(self) -> None:
        self._files: tqdm[None] = tqdm(unit="file", disable=None, leave=False)
        self._passages: tqdm[None] = tqdm(unit="passage", disable=None, leave=False)

    def __enter__(self) -> "Bars":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._passages.close()
        self._files.close()

    def show(self, event: Event) -> None:
        """Take notice of an event."""
        if event.stage == "queued":
            self._files.total = (self._files.total or 0) + 1
        elif event.stage == "reading":
            self._files.set_description(f"reading {event.name}")
        elif event.stage == "embedding":
            self._passages.set_description("embedding")
            self._passages.total = event.total
            self._passages.n = event.done
            self._passages.refresh()
        else:
            self._files.update()
