"""Joinpoint regression: in which years a trend changed, and by how many percent a year it rose or fell between them.

It imports nothing else of this project. What the National Cancer Institute's Joinpoint program does is read from its Help System,
surveillance.cancer.gov/help/joinpoint, and from Kim et al. (2000), Statistics in Medicine 19:335 (model and permutation test),
Clegg et al. (2009), ibid. 28:3670 (AAPC), Kim et al. (2017), ibid. 36:4059 (intervals), and Kim et al. (2023), Journal of
Applied Statistics 50:1992 (weighted BIC).
"""

from analysis.joinpoint.trend import AnnualChange, Trend, joinpoint

__all__ = ["AnnualChange", "Trend", "joinpoint"]
