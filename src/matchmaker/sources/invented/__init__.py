"""The workshop of `sources.demo`: words, people, teams and texts of a world that does not exist."""
