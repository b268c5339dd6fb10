"""How values are shown to people, in pages, reports and the terminal: words for numbers, and HTML that is escaped."""
