"""Who fits: texts and people as vectors, exact search, a score made of visible parts, and its explanation."""
