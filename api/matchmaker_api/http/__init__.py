"""The HTTP service: translates requests into questions for one `Matchmaker`, and errors into problem documents."""
