"""PDF files: characters to text with exact places, and pages as pictures. PDFium runs in a process of its own."""
