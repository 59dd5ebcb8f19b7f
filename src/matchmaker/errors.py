"""Everything that can go wrong, in one tree.

    MatchmakerError             carries `hint`: what to do next
    ├── InputError              what was asked is not well formed           (exit 2, HTTP 422)
    │   └── UnknownPlaceError   a country code or name we refuse to guess
    ├── NotFoundError           an id, run or work that is not there        (exit 3, HTTP 404)
    ├── NothingToMatchError     the request is fine and has no answer       (exit 3, HTTP 422)
    ├── IndexProblem            the index cannot be trusted or used         (exit 4, HTTP 503)
    │   ├── DamagedIndexError   bytes differ from what was published
    │   ├── StaleIndexError     another encoder, dimension or format
    │   └── NoIndexError        nothing has been built or published yet
    ├── GenerationGoneError     a run or cursor of an index no longer kept  (exit 4, HTTP 410)
    ├── LockedError             another process is writing                  (exit 5, HTTP 503)
    ├── NoSpaceError            the disk is full                            (exit 6, HTTP 503)
    ├── RefusedError            policy or access says no                    (exit 7, HTTP 403)
    ├── StateError              what must be remembered cannot be           (exit 8, HTTP 503)
    └── SourceError             a file or folder cannot be read             (exit 8, HTTP 422)

The exit codes and HTTP states are set by the faces (`matchmaker_api`); this module only names the kinds.
"""

from __future__ import annotations


class MatchmakerError(Exception):
    """Base of all expected errors; `hint` says what to do next."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(MatchmakerError):
    """A request, option or file is not well formed."""


class UnknownPlaceError(InputError):
    """A code or name that is no country, or that could be several."""


class NotFoundError(MatchmakerError):
    """An identifier that is not in this index or store."""


class NothingToMatchError(MatchmakerError):
    """The request is well formed, but there is nothing to compare it with."""


class IndexProblem(MatchmakerError):  # noqa: N818 - a kind of errors, never raised itself
    """The index cannot be trusted or used."""


class DamagedIndexError(IndexProblem):
    """What lies on disk is not what was published."""


class StaleIndexError(IndexProblem):
    """The index was made with another encoder, dimension, metric or format."""


class NoIndexError(IndexProblem):
    """No index has been built or published in this data folder."""


class GenerationGoneError(MatchmakerError):
    """The generation a run or a cursor belongs to is no longer kept."""


class LockedError(MatchmakerError):
    """Another process is writing in this data folder."""


class NoSpaceError(MatchmakerError):
    """The disk is full or a quota is reached."""


class RefusedError(MatchmakerError):
    """Policy or access rules say no."""


class StateError(MatchmakerError):
    """What must be remembered cannot be written or read, so no answer is given."""


class SourceError(MatchmakerError):
    """A source file or folder cannot be read."""
