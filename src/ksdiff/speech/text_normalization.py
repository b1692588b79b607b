"""English text normalization: numbers, signs and currencies as words.

num2words is LGPL and reads numbers only; what else is needed here would not be shorter with it.
"""

import re
import unicodedata

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINAL = ("st", "nd", "rd", "th")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_SCALES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_LONGEST = 12  # digits; longer numbers are said digit by digit
_SIGNS = {"%": "percent", "&": "and", "+": "plus", "@": "at", "=": "equals"}
_CURRENCIES = {"$": "dollars", "£": "pounds", "€": "euros"}


def spoken_words(word: str) -> list[str]:
    """A written word as lower-case words of letters and apostrophes.

    ``$250`` gives two, hundred, fifty, dollars; nothing is left of a word in which nothing can be said.
    """
    word = unicodedata.normalize("NFKD", word.lower().replace("’", "'"))
    word = "".join(letter for letter in word if not unicodedata.combining(letter))  # café as cafe
    spoken: list[str] = []
    currency = ""
    for part in re.findall(r"\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th)?\b|[a-z']+|[$£€%&+@=]|\d+", word):
        if part in _CURRENCIES:
            currency = _CURRENCIES[part]
        elif part in _SIGNS:
            spoken.append(_SIGNS[part])
        elif part[0].isdigit():
            number = _number(part)
            spoken += [*number[:-1], _ordinal(number[-1])] if part.endswith(_ORDINAL) else number
            if currency:
                spoken.append(currency)
            currency = ""
        elif part.strip("'"):
            spoken.append(part.strip("'") if part.strip("'") else part)
    return spoken


def _number(text: str) -> list[str]:
    digits = re.sub(r"[^\d.]", "", text)
    whole, _, fraction = digits.partition(".")
    value = int(whole[:_LONGEST])  # Python refuses to read numbers of thousands of digits
    if len(whole) > _LONGEST or (len(whole) > 1 and whole.startswith("0")):
        words = [_ONES[int(digit)] for digit in whole]
    elif len(whole) == 4 and "," not in text and not fraction and 1100 <= value < 2100 and value % 1000 >= 10:
        words = _year(value)
    else:
        words = _cardinal(value)
    if fraction:
        words += ["point", *(_ONES[int(digit)] for digit in fraction)]
    return words


def _ordinal(word: str) -> str:
    return _ORDINALS.get(word) or (word[:-1] + "ieth" if word.endswith("y") else word + "th")


def _year(value: int) -> list[str]:
    century, rest = divmod(value, 100)
    if rest == 0:
        return [*_cardinal(century), "hundred"]
    return [*_cardinal(century), *(["oh"] if rest < 10 else []), *_cardinal(rest)]


def _cardinal(value: int) -> list[str]:
    if value < 20:
        return [_ONES[value]]
    if value < 100:
        tens, rest = divmod(value, 10)
        return [_TENS[tens - 2], *([_ONES[rest]] if rest else [])]
    for scale, name in _SCALES:
        if value >= scale:
            count, rest = divmod(value, scale)
            return [*_cardinal(count), name, *(_cardinal(rest) if rest else [])]
    raise AssertionError(value)
