"""What a report of exposure says of an attribute, and of one of its groups."""

from __future__ import annotations

from matchmaker.domain.reports import AttributeExposure, ExposureReport, GroupExposure


def attribute_of(report: ExposureReport, name: str) -> AttributeExposure:
    return next(each for each in (*report.attributes, *report.crossed) if each.attribute == name)


def group_of(report: ExposureReport, attribute: str, group: str) -> GroupExposure:
    return next(each for each in attribute_of(report, attribute).groups if each.group == group)
