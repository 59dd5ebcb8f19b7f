"""How much: measures of rankings. Sequences in, numbers out; nothing here decides anything."""
