"""The demo: people, recipients, mailings and articles to look at."""
