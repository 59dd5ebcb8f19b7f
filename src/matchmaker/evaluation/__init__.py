"""Is it any good: benchmarks of the ranking on what became of people later, with the baselines it must beat."""
