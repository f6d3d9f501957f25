"""What this project's notebooks import, and a first picture, done once by the server that reports are forked from.

Nothing of it is an output: the picture is thrown away, but its fonts are found and its parts are loaded.
"""

import gc
from importlib import import_module

from analysis.display.drawing import picture

_IMPORTED = """
analysis.sections.claims analysis.sections.explorer analysis.sections.overview
analysis.sections.revisions analysis.sections.trend_report
analysis.site.overview analysis.site.report_files
"""

for name in _IMPORTED.split():
    import_module(name)
picture("preload", (0, 1), (0, 1), lambda _: None)
gc.freeze()  # what is loaded stays in pages that all forks share
