"""Who may reach the page, and how it is served."""
