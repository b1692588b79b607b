"""What is needed of scipy to animate, in numpy: scipy is three times as large as all of this package.

Functions have the names and the meaning of scipy's, and `tests/numerics` compares them with it.
"""
