"""Many voices in one go: lists of lines, parallel processes, a table of results. See docs/batch.md."""
