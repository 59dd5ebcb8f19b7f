"""Must someone look: lists, names, topics and places become reasons for somebody to decide."""
