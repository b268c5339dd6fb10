"""PDF files: characters to text with exact places, and pages as pictures. For the worker process."""
