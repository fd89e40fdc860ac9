"""Some of all: what a measure of the reading says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """Some of all, with the first that were not."""

    name: str
    some: int
    all: int
    misses: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.some / max(self.all, 1):.4f} ({self.some} of {self.all})"
