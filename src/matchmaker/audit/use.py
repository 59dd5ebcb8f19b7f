"""All that one pass over a period of use leaves behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matchmaker.audit.attention import Attention
from matchmaker.audit.naming import Labels
from matchmaker.audit.options import AuditOptions
from matchmaker.audit.reading import Along, Reading
from matchmaker.audit.resampling import Ints, Resamples
from matchmaker.audit.targets_held import Targets
from matchmaker.domain.events import Declared, ListEvent


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """Sums by table (`attention`, by its name), `targets`, and every place shown (`places`, whose keys are faces).

    `groups` has the group of each face by table, `person` and `country` the numbers of each face's.
    """

    reading: Reading
    attention: dict[str, Attention]
    targets: Targets
    places: Along
    groups: dict[str, Ints]
    person: Ints
    country: Ints
    countries: Labels
    resamples: Resamples

    @property
    def lists(self) -> int:
        """How many lists were read."""
        return self.reading.lists

    def one_way(self) -> list[Attention]:
        """The tables of one attribute, in the order asked for, else by name."""
        return [self.attention[table.name] for table in self.reading.ordered(is_crossed=False)]

    def crossed(self) -> list[Attention]:
        """The tables of two attributes, likewise."""
        return [self.attention[table.name] for table in self.reading.ordered(is_crossed=True)]


def use_of(events: Iterable[ListEvent], declared: Declared, options: AuditOptions) -> Use:
    """Read the events once. Raises InputError for an attribute asked for that no list has."""
    reading, targets = Reading(declared, options), Targets()
    attention: dict[str, Attention] = {}
    for batch in reading.batches(events):
        groups = {
            name: (table.of_face(reading.faces), table.of_order(reading.orders))
            for name, table in reading.tables.items()
        }
        for name, table in reading.tables.items():
            attention.setdefault(name, Attention(table)).add(batch, *groups[name])
        targets.add(batch, reading.tables, groups)
    _, person = reading.people()
    countries, country = reading.countries()
    return Use(
        reading, attention, targets, reading.places(),
        {name: table.of_face(reading.faces) for name, table in reading.tables.items()},
        person, country, countries, Resamples(reading.lists_by_row(), options.seed),
    )  # fmt: skip
