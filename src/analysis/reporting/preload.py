"""What a kernel of a report imports and does first, done once by the server that kernels are forked from.

`multiprocessing`'s fork server imports this module when it starts. Nothing of it is an output: a picture drawn here is
thrown away, but its fonts are found and its parts are loaded.
"""

import gc

import traitlets.config  # noqa: F401

import analysis.reporting.checks
import analysis.reporting.claimed
import analysis.reporting.explore
import analysis.reporting.revised
import analysis.reporting.run
import analysis.reporting.trend  # noqa: F401
from analysis.reporting.charts import picture

picture("preload", (0, 1), (0, 1), lambda _: None)
gc.freeze()  # what is loaded stays in pages that all forks share
