"""How people put themselves on lists: stamps of forms, letters that ask to confirm."""
