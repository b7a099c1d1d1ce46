"""Rows of a CSV file, plain or gzipped, read once from start to end; memory holds one row."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

_GZIP = b"\x1f\x8b"
_LONGEST_LINE = 1_000_000


class FileError(Exception):
    """The file cannot be read (further); the text says why and what to do."""


@dataclass(frozen=True)
class Layout:
    """How the file is written. `columns` are the names where it has no header line."""

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    null: frozenset[str] = field(default_factory=lambda: frozenset({""}))
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One row: its number, counted from 1 after the header; its cells as written; why it cannot be read."""

    number: int
    cells: list[str]
    problem: str = ""


class Rows:
    """An open file. Iterating yields `Line`s and raises FileError where the file itself is damaged."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.layout = layout
        try:
            self._raw: BinaryIO = path.open("rb")
        except OSError as error:
            raise FileError(f"{path}: cannot be read ({error.strerror}); check the path.") from error
        self.size = path.stat().st_size
        zipped = self._raw.read(2) == _GZIP
        self._raw.seek(0)
        data: BinaryIO = gzip.GzipFile(fileobj=self._raw) if zipped else self._raw  # type: ignore[assignment]
        # A byte the encoding does not know must cost its own row only, hence not strict.
        self._text = io.TextIOWrapper(data, encoding=layout.encoding, errors="surrogateescape", newline="")
        self._reader = csv.reader(self._lines(), delimiter=layout.delimiter)
        self._number = 0
        self.characters = 0
        try:
            self.columns = list(layout.columns) or self._header(path)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Rows":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._text.close()
        self._raw.close()

    @property
    def share(self) -> float:
        """How much of the file's bytes were read, 0 to 1."""
        return min(1.0, self._raw.tell() / self.size) if self.size else 1.0

    def __iter__(self) -> Iterator[Line]:
        width = len(self.columns)
        while True:
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._number += 1
                yield Line(self._number, [], f"the row cannot be read ({error}); is a quote left open?")
                continue
            if not cells:
                continue
            self._number += 1
            if len(cells) != width:
                yield Line(self._number, cells, f"has {len(cells)} cells where the header has {width}")
            elif not _decoded("".join(cells)):
                yield Line(self._number, cells, f"is not {self.layout.encoding}; say what it is in [file] encoding")
            else:
                yield Line(self._number, cells)

    def _header(self, path: Path) -> list[str]:
        try:
            found = next(self._reader, None)
        except csv.Error as error:
            raise FileError(f"{path}: the first line is not a header of columns ({error}).") from error
        if not found:
            raise FileError(f"{path}: is empty; its first line must name the columns.")
        return [name.strip() for name in found]

    def _lines(self) -> Iterator[str]:
        while True:
            try:
                line = self._text.readline(_LONGEST_LINE)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise FileError(f"after row {self._number} the file is damaged ({error}); get a whole copy.") from error
            except UnicodeError as error:
                raise FileError(
                    f"after row {self._number} the file is not {self.layout.encoding} ({error}); see [file] encoding."
                ) from error
            if not line:
                return
            if len(line) == _LONGEST_LINE and not line.endswith(("\n", "\r")):
                raise FileError(
                    f"after row {self._number} a line is longer than a million characters; is this a CSV file?"
                )
            self.characters += len(line)
            yield line


def _decoded(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
