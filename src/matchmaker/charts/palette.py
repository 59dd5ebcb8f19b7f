"""Every colour, shape and dash of the figures, named once.

The hues are those of Okabe and Ito (2008, "Color Universal Design"), chosen to stay apart under the three common kinds
of colour-blindness; left out are those that fall under a contrast of 3:1 (WCAG 2.2, 1.4.11) on white or on near-black.
Text and lines are drawn in `currentColor`, the ink of the page that holds the figure, so that one SVG is readable on
light and dark pages and black on paper; on its own it is black on transparent. No meaning rests on colour alone:
wherever two colours differ, a shape, a dash or a hatch differs with them.
"""

from __future__ import annotations

from typing import Final

INK: Final = "currentColor"
BLUE: Final = "#0072b2"
VERMILION: Final = "#d55e00"
GREEN: Final = "#009e73"
PURPLE: Final = "#cc79a7"
GREY: Final = "#6e6e6e"
SERIES: Final = (BLUE, VERMILION, GREEN, PURPLE, GREY)

# Marks as SVG paths on a square from −1 to 1, or names that Vega knows.
DISC: Final = "circle"
DIAMOND: Final = "diamond"
BAR: Final = "M-0.16,-1.5H0.16V1.5H-0.16Z"
POINTER: Final = "M-0.75,-1.7H0.75L0,-0.4Z"
SHAPES: Final = (DISC, DIAMOND, "square", "triangle-up", "triangle-down", "cross")
DASHES: Final = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (4, 4))

# One hue from little to much; lightness alone carries the order, and every shape on the map has an outline of ink.
STEPS: Final = ("#d3e4f3", "#9fc6e3", "#5fa3d0", "#2574b5", "#0a3f7f")
HATCH: Final = "url(#hatch)"
NOTHING: Final = "#80808040"
