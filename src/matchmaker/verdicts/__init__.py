"""What they say of people: rules, safeguards and terms applied to everybody in an index, kind by kind."""
