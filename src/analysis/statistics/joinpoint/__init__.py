"""Joinpoint regression: in which years a trend changed, and its percent change a year between.

As the National Cancer Institute's Joinpoint program: surveillance.cancer.gov/help/joinpoint,
Kim et al. (2000), Statistics in Medicine 19:335 (model, permutation test), Clegg et al. (2009),
ibid. 28:3670 (AAPC), Kim et al. (2017), ibid. 36:4059 (intervals), Kim et al. (2023), Journal
of Applied Statistics 50:1992 (weighted BIC). It imports nothing else of this project.
"""

from analysis.statistics.joinpoint.trend import (
    AnnualChange,
    Joinpoint,
    Trend,
    joinpoint,
    poisson_dispersion,
)

__all__ = ["AnnualChange", "Joinpoint", "Trend", "joinpoint", "poisson_dispersion"]
