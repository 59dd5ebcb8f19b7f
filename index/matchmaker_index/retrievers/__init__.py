"""Searchers behind the one contract of `matchmaker.matching.retrieval.Retriever`."""
