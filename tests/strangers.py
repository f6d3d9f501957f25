"""Notebooks as students write them, as cells of text: code, or prose that begins with `%md`."""

CLASSES = """
import pandas as pd
rows = pd.DataFrame({"place": ["a", "b", "c"], "value": [1.5, 2.0, 3.25]})
"""
PLOT = "import matplotlib.pyplot as plt\n"

STRANGERS: dict[str, list[str]] = {
    "prints": ["%md # Prints", "for n in range(3):\n    print('line', n)", "print('done', end='')"],
    "frames": [CLASSES + "rows", "rows.describe()", "rows['value']", "rows.set_index('place').T"],
    "styler": [
        CLASSES + "rows.style.background_gradient()",
        "rows.style.format(precision=1).highlight_max(color='yellow')",
        "rows.style.set_caption('Caption').hide(axis='index')",
    ],
    "figures": [PLOT + "plt.plot([1, 2, 3]); plt.show()", "fig, ax = plt.subplots()\nax.bar([1, 2], [3, 4])",
                "plt.scatter([1, 2], [2, 1])\nplt.title('Dots')", "fig"],
    "inline": ["%matplotlib inline\n" + PLOT, "plt.hist([1, 1, 2]);", "for n in (1, 2):\n    plt.figure(); plt.plot([n, 2]); plt.show()"],
    "seaborn": ["import seaborn as sns\n" + CLASSES + "sns.barplot(rows, x='place', y='value')",
                "sns.histplot(rows['value'])", "sns.heatmap(rows[['value']])"],
    "display": [CLASSES + "display(rows.head(1)); display(rows.tail(1)); print('between')",
                "from IPython.display import HTML, Markdown, SVG, Latex\ndisplay(Markdown('**bold** $x_1$'))",
                "HTML('<b>strong</b>')", "SVG('<svg width=\"9\" height=\"9\"><circle r=\"4\"/></svg>')", "Latex(r'$\\frac{a}{b}$')"],
    "warns": ["import warnings; warnings.warn('careful')", "import sys; print('aside', file=sys.stderr)", "import logging; logging.warning('logged')"],
    "objects": ["object()", "class Odd: pass\nOdd()", "{'a': [1, 2]}, {3}", "lambda: 1", "import numpy as np\nnp.eye(2)"],
    "regression": ["import numpy as np\nfrom scipy import stats\nfit = stats.linregress([1, 2, 3], [2, 4, 6.1]); fit",
                   PLOT + "x = np.array([1, 2, 3])\nplt.plot(x, fit.slope * x)\nplt.xlabel('x'); plt.show()",
                   "print(f'slope {fit.slope:.2f}')"],
    "groups": [CLASSES + "for name, group in rows.groupby('place'):\n    print(name); display(group)", "rows.groupby('place').mean()",
               "rows.plot(x='place', y='value')", "rows.plot.bar()", "rows.info()"],
    "first-things": ["print('before any heading')", "%md ## 2021", "1 + 1", "%md ## 2021", "%md # Late title", "%time sum(range(9))"],
    "errors": ["print('a')", "%md Prose alone", "from datetime import date\ndate(2020, 1, 2)", "!echo shell", "%precision 3\n1/3"],
}  # fmt: skip
