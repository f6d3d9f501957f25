"""Whether an address is a publisher's own, by the hosts that the vocabulary registers."""

import re
from urllib.parse import urlsplit

from analysis.vocabulary import vocabulary


def is_own_address(publisher: str, url: str) -> bool:
    """Whether an address is on a host of a publisher, or is an archive's and holds such an address.

    `publisher` is a name as publications.csv has it; every registered name that it holds counts.

    >>> is_own_address("ONDCP (White House)", "https://www.whitehouse.gov/ondcp/")
    True
    >>> is_own_address("ONDCP (White House)", "https://web.archive.org/web/2006/http:/www.whitehousedrugpolicy.gov/news/")
    True
    >>> is_own_address("UNODC", "https://unodc.org.example.com/wdr")
    False
    """
    words = vocabulary()
    named = [hosts for name, hosts in words["publishers"].items() if name in publisher]
    if _is_on(url, words["archives"]["hosts"]):
        url = re.sub(r"^.+?(https?):/+", r"\1://", url)
    return any(_is_on(url, hosts) for hosts in named)


def _is_on(url: str, hosts: list[str]) -> bool:
    host = urlsplit(url).hostname or ""
    return any(host == own or host.endswith(f".{own}") for own in hosts)
