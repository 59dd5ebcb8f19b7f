"""Can they agree: what two partners declare about publishing, data and rights, held against each other and a call."""
