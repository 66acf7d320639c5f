"""What a page of results leads to."""

from __future__ import annotations

import html as markup
import re
from typing import Any


def links(response: Any) -> list[str]:
    """Addresses of the procedures found, in their order."""
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return [markup.unescape(url) for url in re.findall(r'<h3[^>]*><a href="([^"]+)"', main)]
