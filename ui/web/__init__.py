"""The web page: ask in a conversation, open each citation at its place, look after the articles."""
