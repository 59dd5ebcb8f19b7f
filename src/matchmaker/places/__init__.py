"""Where: countries and territories, and the dated sets they belong to."""
