"""For local work: an SMTP server that delivers to a directory, and pages to read the letters."""
