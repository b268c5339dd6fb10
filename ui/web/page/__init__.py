"""What the page is drawn with on every tab: its theme, style sheets, scripts and small pieces."""
