"""Pinyin keys of Chinese names, for sorting (sort_key) and for finding by initials (initials)."""

from pypinyin import Style, lazy_pinyin, load_phrases_dict

# Readings pypinyin's own dictionary does not give in names of places and of budget items.
load_phrases_dict(
    {
        "行政运行": [["xíng"], ["zhèng"], ["yùn"], ["xíng"]],
        "长沙": [["cháng"], ["shā"]],
        "重庆": [["chóng"], ["qìng"]],
    }
)


def sort_key(name: str) -> str:
    """Return the toneless pinyin of a name, syllables parted by a space; other characters stay.

    Sorted in the C collation it gives dictionary order without ICU. An empty name gives "".
    """
    return " ".join(lazy_pinyin(name, style=Style.NORMAL)).lower()


def initials(name: str) -> str:
    """Return the pinyin initials of a name, as typed to find it: 行政运行 gives "xzyx".

    Punctuation and blanks are left out; Latin letters and digits stay. An empty name gives "".
    """
    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return "".join(letter for letter in letters.lower() if letter.isascii() and letter.isalnum())
