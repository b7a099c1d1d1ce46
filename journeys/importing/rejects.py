"""The file of rows that were not taken in: the reason, then the row as it was, so that it can be mended and sent."""

import codecs
import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from journeys.importing.rows import FileError, Layout

NUMBER, REASON = "rejected_row", "rejected_reason"


class Rejects:
    """Appends to a file that comes to be with its first row. `size` is its length in bytes so far."""

    def __init__(self, path: Path, *, columns: Sequence[str], layout: Layout, size: int) -> None:
        """`size` is how much of an earlier run's file still holds; what comes after it is cut off."""
        self.path, self._columns, self._delimiter = path, columns, layout.delimiter
        # A file of rejects that was mended and is imported again loses its old reasons here.
        self._kept = [place for place, name in enumerate(columns) if name not in (NUMBER, REASON)]
        encoding = layout.encoding.replace("utf-8-sig", "utf-8")
        self._encoder = codecs.getincrementalencoder(encoding)("surrogateescape")
        self.size = size
        self._begun = False

    def write(self, rows: Sequence[tuple[int, str, Sequence[str]]]) -> None:
        """Add (number, reason, cells) rows, written as the source file is. Raises FileError.

        The file is touched here and not before: until then it may be another import's.
        """
        try:
            if not self._begun:
                self._begin()
            if rows:
                self._append(rows)
        except OSError as error:
            raise FileError(
                f"{self.path}: cannot be written ({error.strerror}); name another place with --rejected."
            ) from error

    def _begin(self) -> None:
        self.size = min(self.size, self.path.stat().st_size) if self.path.exists() else 0
        if self.size:
            os.truncate(self.path, self.size)
        else:
            self.path.unlink(missing_ok=True)
        self._begun = True

    def _append(self, rows: Sequence[tuple[int, str, Sequence[str]]]) -> None:
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self._delimiter)
        if not self.size:
            writer.writerow([NUMBER, REASON, *(self._columns[place] for place in self._kept)])
        for number, reason, cells in rows:
            whole = len(cells) == len(self._columns)
            writer.writerow([number, reason, *([cells[place] for place in self._kept] if whole else cells)])
        data = self._encoder.encode(text.getvalue())
        with self.path.open("ab") as file:
            file.write(data)
        self.size += len(data)
