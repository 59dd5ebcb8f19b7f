"""Reports of an audit as HTML, Markdown and JSON; all three say the same figures."""
