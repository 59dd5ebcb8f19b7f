"""Come in: foreign files become rows of `domain.research`, then one immutable snapshot of canonical Parquet."""
