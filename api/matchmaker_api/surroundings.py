"""What an installation brings to every question, read from its data folder, and read again when files there change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock

from matchmaker.errors import InputError, SourceError, StateError
from matchmaker.matching.corpus import Corpus
from matchmaker.safeguards.lists import Lists
from matchmaker.safeguards.records import Organisation
from matchmaker.terms.declared import Declared, load_declared
from matchmaker.verdicts.setting import Setting
from matchmaker_api.calls import tables_in
from matchmaker_api.declarations import FILE as DECLARED
from matchmaker_api.declarations import Groups, declared_groups, for_targets
from matchmaker_api.deployment import FILE, Deployment, deployment
from matchmaker_api.state.screened import screened

_INDEXES_KEPT = 2
# (path, time of change, size) of every file the setting rests on
_Files = tuple[tuple[str, int, int], ...]


class Surroundings:
    """The setting of one data folder. A question sees the files as they are when it is asked."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._reading = Lock()
        self._seen: _Files | None = None
        self._deployment: Deployment
        self._lists: Lists
        self._declared: Declared
        self._groups: Groups
        self._settings: dict[str, Setting] = {}

    def setting(self, corpus: Corpus) -> Setting:
        """For questions to this corpus.

        Raises InputError or SourceError for a file that cannot be used: a list that is there and cannot be read must
        not count as no list.
        """
        with self._reading:
            self._refresh()
            if corpus.generation not in self._settings:
                while len(self._settings) >= _INDEXES_KEPT:
                    self._settings.pop(next(iter(self._settings)))
                self._settings[corpus.generation] = self._made_for(corpus)
            return self._settings[corpus.generation]

    @property
    def notes(self) -> tuple[str, ...]:
        """What nobody has said about this installation, and what follows from it."""
        with self._reading:
            self._refresh()
            faults = (f"terms/{fault}; this file is left out" for fault in self._declared.faults)
            return (*self._deployment.notes, *self._lists.notes, *faults)

    def _refresh(self) -> None:
        # Stamped before they are read: what changes while it is read has another stamp the next time.
        first = tuple(_stamps([self._data / FILE]))
        about = deployment(self._data)
        declared = self._data / DECLARED
        files = (*first, *_stamps([declared, *_files(about.lists), *_files(about.terms), *_files(about.tables)]))
        if files != self._seen:
            self._groups = _declared(self._data)
            self._deployment, self._lists, self._declared = about, about.loaded_lists(), load_declared(about.terms)
            self._settings = {}
            self._seen = files

    def _made_for(self, corpus: Corpus) -> Setting:
        about, lists = self._deployment, self._lists
        return Setting(
            lists=lists,
            findings=screened(self._data, corpus.generation, _organisations(corpus), lists),
            deployer=about.deployer,
            declared=self._declared,
            own_tables=lambda: tables_in(about.tables),
            declared_groups=for_targets(self._groups),
        )


def _declared(data: Path) -> Groups:
    # Whoever asks for partners is not told what stands in this table, nor where.
    try:
        return declared_groups(data)
    except (InputError, SourceError) as error:
        raise StateError(
            "what people declared about themselves cannot be used",
            hint="whoever runs this service sees why with `matchmaker doctor`",
        ) from error


def _stamps(paths: Iterable[Path]) -> Iterator[tuple[str, int, int]]:
    for path in paths:
        try:
            seen = path.stat()
        except FileNotFoundError:
            continue
        yield str(path), seen.st_mtime_ns, seen.st_size


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _organisations(corpus: Corpus) -> list[Organisation]:
    rows = corpus.tables.institutions.to_pylist()
    return [Organisation(row["id"], row["name"], country=row["country"], ror=row["ror"] or "") for row in rows]
