"""The names of the groups, and what each may do."""

MANAGERS = "Managers"
CONTENT_MANAGERS = "Content managers"
