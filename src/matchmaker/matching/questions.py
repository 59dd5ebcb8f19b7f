"""What is asked: requests that can be meant, and what they seek."""

from __future__ import annotations

from matchmaker.domain.matches import MAX_K, MatchRequest
from matchmaker.errors import InputError, NothingToMatchError
from matchmaker.matching.corpus import Corpus
from matchmaker.matching.signals import Sought, sought_by_person, sought_in_words

MAX_TEXT = 20_000


def check(request: MatchRequest) -> None:
    """Refuse a request that cannot be meant. Raises InputError saying what is allowed."""
    if request.text is None and request.researcher is None:
        raise InputError("nothing to look for", hint="give a text (a call, an abstract, a question) or a researcher")
    if request.text is not None and any("\ud800" <= letter <= "\udfff" for letter in request.text):
        raise InputError("the text is not valid UTF-8", hint="save or send it in UTF-8")
    if request.text is not None and not 0 < len(request.text.strip()) <= MAX_TEXT:
        raise InputError(
            f"the text has {len(request.text)} characters; allowed are 1 to {MAX_TEXT}",
            hint="an abstract or the scope of a call is enough",
        )
    if not 1 <= request.k <= MAX_K:
        raise InputError(f"k is {request.k}; allowed are 1 to {MAX_K}", hint="ask for fewer and narrow the countries")


def sought(corpus: Corpus, request: MatchRequest, seeker: int | None) -> Sought:
    """What a request seeks, as texts and a vector. Raises NothingToMatchError where the index knows none of it."""
    if request.text is not None:
        found = sought_in_words(corpus, request.text, seeker)
        what, hint = "no word of this text is known to the index", "use the words of titles and abstracts"
    else:
        assert seeker is not None  # check saw to it
        found = sought_by_person(corpus, seeker)
        what = f"{request.researcher} has no text up to {corpus.as_of} to compare with"
        hint = "give a text that says what is sought"
    if not found.is_known:
        raise NothingToMatchError(what, hint=hint)
    return found
