"""What a report's kernel and its runner import, and a first picture, done once by the server that they are forked from.

`multiprocessing`'s fork server imports this module when it starts. Nothing of it is an output: the picture is thrown
away, but its fonts are found and its parts are loaded.
"""

import gc
from importlib import import_module

from analysis.reporting.charts import picture

_IMPORTED = """
ipykernel.ipkernel ipykernel.kernelapp jupyter_client.manager nbclient.exceptions nbconvert.filters papermill traitlets.config
analysis.reporting.checks analysis.reporting.claimed analysis.reporting.explore analysis.reporting.page.overview
analysis.reporting.revised analysis.reporting.run analysis.reporting.trend
"""

for name in _IMPORTED.split():
    import_module(name)
picture("preload", (0, 1), (0, 1), lambda _: None)
gc.freeze()  # what is loaded stays in pages that all forks share
