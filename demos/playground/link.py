"""The part of the playground's address after #, which opens it with a program or formulas."""

import json
import zlib
from base64 import urlsafe_b64encode
from typing import Literal

VERSION = "1."


def link_to(text: str, *, mode: Literal["python", "formula"] = "python", moment: str = "") -> str:
    """The `#…` that opens the playground with this text; src/document.js reads it.

    It is JSON as a raw deflate stream, in base64url without padding. `moment` is where the page of
    the graph stands, as the explorer writes it ("step=3&theme=dark").

    >>> "playground.html" + link_to("6 * 7")
    'playground.html#1.q1YqSa0oUbJSMlPQUjBXqgUA'
    """
    document = {"text": text}
    if mode == "formula":
        document["mode"] = mode
    if moment:
        document["moment"] = moment
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    written = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    packed = packer.compress(written) + packer.flush()
    return f"#{VERSION}{urlsafe_b64encode(packed).decode().rstrip('=')}"
