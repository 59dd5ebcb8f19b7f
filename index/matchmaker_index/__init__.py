"""Builds, verifies, publishes and opens indexes; the only package that knows FAISS."""
