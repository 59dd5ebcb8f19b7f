"""What changes and must not be lost, in SQLite: for now, the runs."""
