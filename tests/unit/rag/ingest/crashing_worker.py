"""A worker that dies as PDFium does when a file defeats it."""

import os

os.abort()
