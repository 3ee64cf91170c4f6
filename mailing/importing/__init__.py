"""Bringing in recipients from a file: one engine for the page and the command.

A file goes through these stages, and a worker that is killed in one is followed by another that
goes on (`jobs`):

- *read*: any file becomes text (`receiving`, `spreadsheet`), its columns are guessed (`layout`);
- *checked*: all rows are gone through (`passing`) as people (`rows`), nothing is saved;
- *run*: the same, and a batch of rows is saved (`saving`) together with how far that is;
- *undone* (`undoing`), from what each batch noted down.
"""
