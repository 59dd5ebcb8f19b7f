"""Every rule as a sentence that a programme officer would sign, made from the rule itself."""

from __future__ import annotations

from fractions import Fraction

from matchmaker.domain.calls import (
    AnyClause,
    Clause,
    Count,
    Each,
    Group,
    HostProject,
    NoneOf,
    Novelty,
    ProjectField,
    Residence,
    RoleHeld,
    Share,
    Statement,
    TimeSince,
    TopShare,
)
from matchmaker.domain.conditions import (
    AllOf,
    AnyOf,
    Citizenship,
    Combination,
    Condition,
    Counted,
    Fact,
    Flag,
    InSet,
    Not,
    OneOf,
    Predicate,
    ProjectIs,
    YearsSincePhd,
)

_ONE = {"entities": "entity", "countries": "country", "persons": "person", "disciplines": "discipline",
        "sectors": "sector"}  # fmt: skip
_MEASURES = {"person_months": "person-months", "requested": "requested funding"}
_FACTS = {
    ("sme", True): "being a small or medium enterprise",
    ("sme", False): "being no small or medium enterprise",
    ("gep", True): "with a gender equality plan",
    ("gep", False): "without a gender equality plan",
    ("funded", True): "asking for funding",
    ("funded", False): "asking for no funding",
}
_FIELDS = {"org_type": "of the type", "role": "with the role", "discipline": "working in", "org_id": "being",
           "sector": "of the sector"}  # fmt: skip
_EFFECTS = {
    "ineligible": "",
    "unfunded": " Otherwise a partner may join without funding.",
    "evidence": " To be shown on paper.",
    "advice": " This is advice, not a condition.",
}


def sentence(clause: AnyClause) -> str:
    """The rule in one or two sentences, with its condition and what follows when it is not met."""
    when = f"If {condition(clause.when)}: " if clause.when else ""
    said = f"{when}{_rule(clause)}"
    return f"{said[0].upper()}{said[1:]}.{_EFFECTS[clause.effect]}"


def number(value: Fraction | int) -> str:
    """A number as people write it: 3, 0.6, and 1/3 where no short decimal is exact."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    text = f"{float(exact):.4f}".rstrip("0")
    return text if Fraction(text) == exact else f"{exact.numerator}/{exact.denominator}"


def _percent(value: Fraction) -> str:
    return f"{number(value * 100)} %"


def _bounds(low: object, high: object) -> str:
    if low is not None and high is not None:
        return f"exactly {low}" if low == high else f"from {low} to {high}"
    return f"at least {low}" if low is not None else f"at most {high}"


def _rule(clause: Clause) -> str:
    match clause:
        case Count():
            return counted(clause.counted)
        case Share() | TopShare():
            return _share(clause)
        case Each():
            return f"every partner{_that(clause.where)} {must(clause.must)}"
        case NoneOf():
            return f"no partner may be: {holds(clause.where)}"
        case RoleHeld():
            bounds = "" if (clause.min, clause.max) == (1, None) else f" ({_bounds(clause.min, clause.max)})"
            return f"there is the role {_plain(clause.role)}{bounds}, whose holder {must(clause.must)}"
        case TimeSince() | Residence():
            return _person(clause)
        case Group():
            word = "one of these is met" if clause.how == "any_of" else "all of these are met"
            return f"{word}: " + "; ".join(_rule(part) for part in clause.clauses)
        case _:
            return _project(clause)


def counted(what: Counted) -> str:
    """`there are at least 3 countries with a partner in MSAC`."""
    noun = _ONE[what.of] if (what.max or what.min) == 1 else what.of
    who = "" if what.where is None else f" with a partner {holds(what.where)}"
    plain = f" {holds(what.where)}" if what.where is not None and what.of in ("entities", "persons") else who
    verb = "are" if noun == what.of else "is"
    return f"there {verb} {_bounds(what.min, what.max)} {noun}{plain}"


def _share(clause: Share | TopShare) -> str:
    measure = _MEASURES.get(clause.measure, clause.measure)
    base = f" of partners {holds(clause.among)}" if clause.among else ""
    if isinstance(clause, TopShare):
        return f"no {clause.by} has more than {_percent(clause.max)} of the {measure}{base}"
    low, high = (None if bound is None else _percent(bound) for bound in (clause.min, clause.max))
    return f"of the {measure}{base}, {_bounds(low, high)} belong to partners {holds(clause.of)}"


def _person(clause: TimeSince | Residence) -> str:
    day = _plain(clause.at)
    if isinstance(clause, Residence):
        places = {
            "host_country": "the host country",
            "host_country_or_org": "the host country (for an international organisation: that organisation)",
            "third_country_host": "the country of the host outside",
        }
        window = f"the {clause.window_months} months before the {day} date"
        most = f"at most {number(clause.max_months)} months"
        return f"the {clause.who} lived or worked {most} in {places[clause.place]} in {window}"
    low, high = (None if bound is None else number(bound) for bound in (clause.min_years, clause.max_years))
    kinds = ", ".join(_plain(each.kind) for each in clause.extensions)
    extended = f"; against the maximum these are not counted: {kinds}" if kinds else ""
    span = f"between the {_plain(clause.event)} of the {clause.who} and the {day} date"
    return f"{_bounds(low, high)} years lie {span}{extended}"


def _project(clause: Clause) -> str:
    match clause:
        case ProjectField():
            low, high = (None if bound is None else number(bound) for bound in (clause.min, clause.max))
            return f"the project's {_plain(clause.field)} is {_bounds(low, high)}"
        case HostProject():
            return f"the project that is joined: {clause.field or holds(clause.must)}"
        case Novelty():
            return f"partners have at most {clause.max} joint publications in {number(clause.window_years)} years"
        case Statement():
            return f"it is declared: {_plain(clause.key)}"
    raise AssertionError(clause)  # every type is above


def condition(what: Condition | None) -> str:
    """When a clause applies."""
    match what:
        case Counted():
            return counted(what)
        case ProjectIs():
            return f"the project's {_plain(what.field)} is {what.eq}"
        case Combination("not", (part,)):
            return f"it is not so that {condition(part)}"
        case Combination(how, parts):
            return (" and " if how == "all" else " or ").join(condition(part) for part in parts)
    return "always"


def must(predicate: Predicate) -> str:
    """A predicate as a duty: `must be: in MS`."""
    return f"must be: {holds(predicate)}"


def _that(predicate: Predicate | None) -> str:
    return "" if predicate is None else f" {holds(predicate)}"


def holds(predicate: Predicate) -> str:
    """A predicate as the end of "a partner …"."""
    match predicate:
        case AllOf(parts):
            return " and ".join(_bracketed(part) for part in parts)
        case AnyOf(parts):
            return " or ".join(_bracketed(part) for part in parts)
        case Not(part):
            return f"not ({holds(part)})"
        case InSet(field, name, negated):
            words = {"country": ("in", "outside"), "control": ("controlled only from", "controlled by nobody from")}
            return f"{words[field][negated]} {name}"
        case OneOf(field, words):
            return f"{_FIELDS[field]} {' or '.join(_plain(word) for word in words)}"
        case Fact(field, value):
            return _FACTS[(field, value)]
        case Flag(name):
            return f"marked “{_plain(name)}”"
        case Citizenship():
            return _citizenship(predicate)
        case YearsSincePhd(low, high, extensions):
            bounds = _bounds(*(None if bound is None else number(bound) for bound in (low, high)))
            return f"with a doctorate {bounds} years old" + (" (breaks not counted)" if extensions else "")


def _citizenship(predicate: Citizenship) -> str:
    parts = [f"a citizen of a country in {predicate.any_in}"] if predicate.any_in else []
    parts += [f"no citizen of a country in {predicate.none_in}"] if predicate.none_in else []
    return " and ".join(parts)


def _bracketed(predicate: Predicate) -> str:
    return f"({holds(predicate)})" if isinstance(predicate, AllOf | AnyOf) else holds(predicate)


def _plain(word: str) -> str:
    return word.replace("_", " ")
