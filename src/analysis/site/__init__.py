"""From an executed notebook to its page, and the pages over all reports."""
