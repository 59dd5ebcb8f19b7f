"""The web pages: plain forms, links and server-made pictures; they work without any script."""
