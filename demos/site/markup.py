"""Pieces of Markdown: text as it stands, blocks, frames."""

import re
from html import escape


def plain(text: str) -> str:
    r"""Text of which no sign is Markdown, except what stands between backticks.

    >>> print(plain("2*a*b, and `x_1`"))
    2\*a\*b, and `x_1`
    """
    parts = re.split(r"(`[^`\n]+`)", text)
    return "".join(
        part if part.startswith("`") else re.sub(r"([\\`*_{}\[\]<>#~$|^])", r"\\\1", part)
        for part in parts
    )


def divided(title: str) -> tuple[str, str]:
    """A title, and the rest of the sentence behind its colon or question mark.

    >>> divided("Kinks: what happens there.")
    ('Kinks', 'What happens there.')
    >>> divided("Why? Five reasons.")
    ('Why?', 'Five reasons.')
    """
    name, mark, rest = re.fullmatch(r"([^:?]*)([:?]?) *(.*)", title).groups()  # type: ignore
    return name.rstrip(".") + mark.replace(":", ""), rest[:1].upper() + rest[1:]


def block(text: str, language: str = "text") -> str:
    """Code, or what a program printed."""
    return f"````{language}\n{text.strip(chr(10))}\n````"


def printed(text: str) -> str:
    """What a lesson printed: lines as long as they are, for which the page is made wide."""
    return f"````{{code-block}} text\n:class: wide\n\n{text.strip(chr(10))}\n````"


def folded(summary: str, body: str) -> str:
    """Something that opens when it is clicked."""
    return f"<details><summary>{escape(summary)}</summary>\n\n{body}\n\n</details>"


def frame(address: str, title: str) -> str:
    """A page within the page, and a link to it alone. It is loaded once it comes near."""
    address, title = escape(address), escape(title)
    return (
        '<figure class="live">\n'
        f'<iframe src="{address}" title="{title}" loading="lazy" allow="fullscreen"></iframe>\n'
        f'<figcaption><a href="{address}">{title}, on a page of its own</a></figcaption>\n'
        "</figure>"
    )


def contents(pages: list[str]) -> str:
    """These pages stand below this one, in this order; the page says itself what they are."""
    return "\n".join(["```{toctree}", ":hidden:", "", *pages, "```"])
