"""A guess how an English word that no dictionary has is pronounced.

It is only for forced alignment: it has to be about right, so that the words around it fall into place. g2p_en would be
better, but needs NLTK and corpora that it downloads at run time.
"""

import re

# Longest spelling first; the phones are those of the CMU dictionary.
_SPELLINGS = {
    "tion": "SH AH N", "sion": "ZH AH N", "ough": "AO", "augh": "AO", "eigh": "EY", "igh": "AY",
    "tch": "CH", "dge": "JH", "sch": "SH", "ch": "CH", "sh": "SH", "th": "TH", "ph": "F", "wh": "W",
    "ck": "K", "ng": "NG", "qu": "K W", "kn": "N", "wr": "R", "gh": "G", "ee": "IY", "ea": "IY", "oo": "UW",
    "ou": "AW", "ow": "OW", "oi": "OY", "oy": "OY", "ai": "EY", "ay": "EY", "au": "AO", "aw": "AO",
    "ie": "IY", "ei": "EY", "ey": "IY", "oa": "OW", "ew": "UW", "ue": "UW", "er": "ER", "ir": "ER",
    "ur": "ER", "ar": "AA R", "or": "AO R", "ll": "L", "ss": "S", "tt": "T", "pp": "P", "bb": "B", "dd": "D",
    "ff": "F", "gg": "G", "mm": "M", "nn": "N", "rr": "R", "zz": "Z", "cc": "K", "ce": "S", "ci": "S IH",
    "cy": "S IY", "ge": "JH", "gi": "JH IH", "a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F",
    "g": "G", "h": "HH", "i": "IH", "j": "JH", "k": "K", "l": "L", "m": "M", "n": "N", "o": "AA", "p": "P",
    "q": "K", "r": "R", "s": "S", "t": "T", "u": "AH", "v": "V", "w": "W", "x": "K S", "y": "IY", "z": "Z",
}  # fmt: skip
_PATTERN = re.compile("|".join(_SPELLINGS))


def guess_phones(word: str) -> list[str]:
    """Phones of a word of the letters a to z, guessed from its spelling; never empty."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) > 2 and letters.endswith("e") and letters[-2] not in "aeiou":
        letters = letters[:-1]  # a final e is silent
    phones = " ".join(_SPELLINGS[match] for match in _PATTERN.findall(letters)).split()
    return phones or ["AH"]
