"""From Vega's SVG to one that may stand beside others."""

from __future__ import annotations

from matchmaker.charts import vector

CLIPPED = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="20" height="10" viewBox="0 0 20 10"><defs>'
    '<clipPath id="clip0"><rect width="9.123" height="5"/></clipPath></defs><g class="m" role="graphics-symbol">'
    '<path d="M0.123,4.567L1,2" clip-path="url(#clip0)" opacity="1"/><g></g><path d=""/><text opacity="0">hidden</text>'
    '<text>1.2345 class="x" &lt;b&gt;</text></g></svg>'
)


def test_ids_belong_to_one_picture_and_are_still_found() -> None:
    first, second = (vector.image(CLIPPED, title, "d", "serif") for title in ("one", "two"))
    ids = [svg.split('clipPath id="')[1].split('"')[0] for svg in (first, second)]
    assert ids[0] != ids[1] and ids[0].endswith("-clip0")
    assert f'clip-path="url(#{ids[0]})"' in first


def test_lengths_are_shortened_and_texts_are_not() -> None:
    svg = vector.image(CLIPPED, "one", "d", "serif")
    assert 'd="M0.1,4.6L1,2"' in svg and 'width="9.1"' in svg
    assert '1.2345 class="x" &lt;b&gt;' in svg


def test_what_draws_nothing_is_left_out() -> None:
    svg = vector.image(CLIPPED, "one", "d", "serif")
    assert "hidden" not in svg and 'd=""' not in svg and "<g />" not in svg and "graphics-symbol" not in svg


def test_a_picture_without_a_hatch_has_no_hatch() -> None:
    assert "<pattern" not in vector.image(CLIPPED, "one", "d", "serif")
    hatched = vector.image(CLIPPED.replace("url(#clip0)", "url(#hatch)"), "one", "d", "serif")
    assert hatched.count("<pattern") == 1
