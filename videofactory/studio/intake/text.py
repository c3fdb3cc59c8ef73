"""Cleaning what people write: one Unicode form, no control characters, nothing that hides or reorders words.

Right-to-left text and emoji stay whole: direction marks (LRM, RLM, ALM), joiners (ZWJ, ZWNJ), variation selectors and the
tags of flags are kept. Lengths are bounded by the domain models; escaping for FFmpeg is the business of `media`.
"""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_KEPT_FLAG = re.compile("(\U0001f3f4[\U000e0020-\U000e007f]+)|[\U000e0000-\U000e007f]")
"""Tag characters spell the flags of England, Scotland and Wales; anywhere else they are invisible writing."""
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters except the line ends and the tab, dealt with before
    "\u00ad\u180e\u200b\u2060-\u2064\ufeff"  # soft hyphen and zero-width characters
    "\u202a-\u202e\u2066-\u2069\u206a-\u206f"  # bidirectional embeddings, overrides and isolates; deprecated controls
    "\ufff9-\ufffb\ufffe\uffff"  # interlinear annotation and non-characters
    "\ud800-\udfff]"  # halves of surrogate pairs: no UTF-8 can hold them
)


def clean_text(text: str) -> str:
    r"""The text in NFC, line ends as `\n`, tabs as spaces, without control and hiding characters or outer space."""
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    text = _KEPT_FLAG.sub(lambda match: match.group(1) or "", text)
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text)).strip()


def clean_line(text: str) -> str:
    """As `clean_text`, on one line: any run of white space becomes one space."""
    return " ".join(clean_text(text).split())
