"""From videos to a corpus: tracking, fitting, synchronising, and the files that training reads."""
