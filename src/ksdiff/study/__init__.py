"""The user study of the paper (Table 2): rating pages, and what the ratings say."""
