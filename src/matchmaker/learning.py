"""Weights and calibrations from past collaborations: learnt from the corpus itself, kept only where they pass a gate."""
