"""A cache round "read one log": rows of a log already read, found again by its path, size and time of change."""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import suppress
from functools import wraps
from pathlib import Path

from skillbench import __version__
from skillbench.evidence.log_files import LogFile
from skillbench.evidence.runs import LogRows

FORMAT = "4"
"""Changes when a row does; another package version or format starts anew."""

Read = Callable[[LogFile], LogRows]


def kept(store: MutableMapping[LogFile, LogRows]) -> Callable[[Read], Read]:
    """Decorate a function that reads one log: one that has not changed since is not read again.

    Example:
        >>> rows, shelf = LogRows({"model": "m"}, []), {}
        >>> log = LogFile("a.eval", 1, "today")
        >>> [kept(shelf)(lambda file: rows)(log) is rows, shelf[log] is rows]
        [True, True]
    """

    def decorate(read: Read) -> Read:
        @wraps(read)
        def again(file: LogFile) -> LogRows:
            known = store.get(file)
            if known is None:
                known = store[file] = read(file)
            return known

        return again

    return decorate


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/skillbench``, by default ``~/.cache/skillbench``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "skillbench"


class Shelf(MutableMapping[LogFile, LogRows]):
    """Rows kept in one SQLite file; two processes may use it at once.

    Only speed depends on it: what is damaged, locked or cannot be written counts as not there.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or cache_folder() / f"logs-{__version__}-{FORMAT}.sqlite"
        self._connection: sqlite3.Connection | None = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            found = sqlite3.connect(self.path, timeout=10, isolation_level=None)
            # A lost write costs a second reading of one log, so nothing waits for the disk.
            found.execute("PRAGMA synchronous = OFF")
            found.execute("CREATE TABLE IF NOT EXISTS logs (path TEXT PRIMARY KEY, size, stamp, rows BLOB)")
            self._connection = found
        return self._connection

    def __getitem__(self, file: LogFile) -> LogRows:
        """The rows of a log that has not changed.

        Raises:
            KeyError: unknown, changed or damaged.
        """
        try:
            query = "SELECT rows FROM logs WHERE path = ? AND size = ? AND stamp = ?"
            found = self._open().execute(query, (file.path, file.size, file.stamp)).fetchone()
            if found is not None:
                run, samples = json.loads(zlib.decompress(found[0]))
                return LogRows(dict(run), list(samples))
        except (sqlite3.Error, OSError, zlib.error, ValueError, TypeError):
            self._drop()
        raise KeyError(file)

    def __setitem__(self, file: LogFile, rows: LogRows) -> None:
        """Keep the rows of a log in place of any that its path had before."""
        body = zlib.compress(json.dumps([rows.run, rows.samples]).encode(), level=1)
        with suppress(sqlite3.Error, OSError):
            row = (file.path, file.size, file.stamp, body)
            self._open().execute("INSERT OR REPLACE INTO logs VALUES (?, ?, ?, ?)", row)

    def __delitem__(self, file: LogFile) -> None:
        """Forget a log."""
        with suppress(sqlite3.Error, OSError):
            self._open().execute("DELETE FROM logs WHERE path = ?", (file.path,))

    def __contains__(self, file: object) -> bool:
        """Whether the log is kept as it is now; its rows are not unpacked for that."""
        if not isinstance(file, LogFile):
            return False
        with suppress(sqlite3.Error, OSError):
            query = "SELECT 1 FROM logs WHERE path = ? AND size = ? AND stamp = ?"
            return self._open().execute(query, (file.path, file.size, file.stamp)).fetchone() is not None
        return False

    def __iter__(self) -> Iterator[LogFile]:
        """Every log that is kept."""
        with suppress(sqlite3.Error, OSError):
            for row in self._open().execute("SELECT path, size, stamp FROM logs").fetchall():
                yield LogFile(*row)

    def __len__(self) -> int:
        """How many logs are kept."""
        return sum(1 for _ in self)

    def _drop(self) -> None:
        """Start anew after damage."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
