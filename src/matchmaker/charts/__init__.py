"""The figures of reports and pages, as SVG with a table twin."""
