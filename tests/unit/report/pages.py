"""A page as its parts, for tests: read with the parser of the standard library, not with what wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "link", "input"}


@dataclass
class Element:
    """An element with what is in it."""

    kind: str
    attributes: dict[str, str | None]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside."""
        return "".join(each if isinstance(each, str) else each.text for each in self.children)

    def all(self, *kinds: str) -> list[Element]:
        """Every element of these kinds inside, in order."""
        inside = [each for each in self.children if isinstance(each, Element)]
        return [found for each in inside for found in ([each] if each.kind in kinds else []) + each.all(*kinds)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        implied = {"td": {"td", "th"}, "th": {"td", "th"}, "dd": {"dt"}, "dt": {"dd"}}.get(tag, set())
        if self.open[-1].kind in implied:
            self.open.pop()
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1 and self.open.pop().kind != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


@dataclass(frozen=True)
class Page:
    """The parts of a page that tests ask for."""

    root: Element

    @property
    def text(self) -> str:
        """All text of the main part outside of pictures."""
        (main,) = self.root.all("main")
        return " ".join(each.text for each in main.all("p", "li", "td", "th", "dd", "figcaption"))

    @property
    def tables(self) -> list[list[tuple[str, ...]]]:
        """Rows of cells."""
        rows = ([row.all("th", "td") for row in table.all("tr")] for table in self.root.all("table"))
        return [[tuple(cell.text for cell in row) for row in table] for table in rows]

    @property
    def captions(self) -> list[str]:
        """Captions of tables."""
        return [each.text for each in self.root.all("caption")]

    @property
    def facts(self) -> list[list[tuple[str, str]]]:
        """Pairs of each list of facts."""
        lists = ((facts.all("dt"), facts.all("dd")) for facts in self.root.all("dl"))
        return [[(name.text, told.text) for name, told in zip(*both, strict=True)] for both in lists]

    @property
    def figures(self) -> list[Element]:
        """The figures."""
        return self.root.all("figure")


def parsed(html: str) -> Page:
    """A page from its text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Page(reader.open[0])
