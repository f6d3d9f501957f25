"""Bad values of parameters, for every parameter of every notebook: what a command line or notebooks/reports.toml could hold."""

from collections.abc import Iterator

from notebook_runner.catalogue import read_catalogue
from notebook_runner.parameters import declared_parameters
from notebook_runner.project import Project

# Values that no parameter takes: code, YAML's tricks, paths, markup, formulas, and what is nothing.
MARK = "ran-as-code"  # the name of the file that code among the values would write
_WRITES = f"open('{MARK}', 'w')"
CODE = [
    _WRITES, f"'+str({_WRITES})+'", f"__import__('os').system('touch {MARK}')", f"$(touch {MARK})", f"`touch {MARK}`",
    f"; touch {MARK}", f"!!python/object/apply:os.system ['touch {MARK}']", f"{{{{ {_WRITES} }}}}", f"\n{_WRITES}\n", f'"""\n{_WRITES}',
]  # fmt: skip
TRICKS = [
    "", " ", "NO", "null", "~", "None", "NaN", ".nan", "-inf", "!!binary aGk=", "!!int 7", "&a [*a]", "{a: 1}", "[1]", "*a", "<<: 1",
    "../../etc/passwd", "/dev/zero", "C:\\CON", "~/x", "${HOME}", "%s%n", "=1+1", "@SUM(1)", "<script>alert(1)</script>", "9" * 5000,
    "\ud800", "\u202e", "\0", "x" * 100_000, "1e308", "0x7e5", "\U0001f600",
]  # fmt: skip
# More, by what a parameter holds.
YEARS = [
    "banana", "2021.0", "2e3", "2_021", "\u0662\u0660\u0662\u0661", "\uff12\uff10\uff12\uff11", "\u00b2", "-1", "0", "20211", "02021",
    "+2021", " 2021", "2021 ", "2O21", "2021-01-01", "true", "1899", "2101", "99999999999999999999", "--1", "LATEST",
]  # fmt: skip
BOOLS = [
    "yes",
    "no",
    "on",
    "off",
    "True",
    "FALSE",
    "1",
    "0",
    "y",
    "tru\u0435",
    "true ",
    "not false",
]
DATES = [
    "yesterday", "now", "2022-13", "2022-02-30", "2022-7-1", "20220701", "01/07/2022", "0001", "0000-00-00", "\u0662\u0660\u0662\u0662",
    "\uff12\uff10\uff12\uff12", "LATEST", "latest ", "2022-07-01T00:00:00Z", "2022-07-01 ", "10000", "-2022", "2022-W01",
]  # fmt: skip
WORDS = [
    "Columbia",
    "colombia",
    "\u0421olombia",
    "Colombia ",
    "Colombia\u200b",
    "Colombia\nPeru",
    "us government",
    "cocaine",
    "all,articles",
]
WORDINGS = [
    "many",
    "1e3",
    "NA",
    "\u0669\u0667\u0662",
    "\uff19\uff17",
    "s\u0131x",
    "\u017fix",
    "3.001",
    "five six",
    "-5",
]
PERIODS = [
    "20211",
    "2021-13",
    "next year",
    "12 months to 0001-01",
    "0 years ago",
    "2.5 years ago",
    "\uff12\uff10\uff12\uff11",
]
_HELD = {
    "start_year": [*YEARS, "latest"], "end_year": YEARS, "include_provisional": BOOLS, "as_of": DATES, "published": DATES,
    "wording": WORDINGS, "period": PERIODS,
}  # fmt: skip
# Some of these are good values of some: an empty period is the day of publication.
_GOOD = {("period", ""), ("period", " ")}
# Values as TOML writes them, for the parameters of notebooks/reports.toml.
TOML = {
    "end_year": ["2021.0", "nan", "inf", "true", '"2021"', "[2021]", "{ a = 1 }", "2021-01-01", "07:32:00", "1" + "0" * 30, "-1", "''"],
    "country": ["1", "true", "nan", "['Colombia']", "{ a = 'Colombia' }", "2021-01-01", "'NO'", "''", "'Colombia\u200b'"],
    "include_provisional": ["1", "0", "'true'", "[]", "nan"],
    "as_of": ["2022-08-31", "2022", "true", "['latest']", "'0001'", "''"],
    "banana": ["1", "''"],
    "'__import__(1)'": ["1"],
}  # fmt: skip


def bad_values(project: Project) -> Iterator[tuple[str, str, str]]:
    """A report of each notebook, each parameter of it, and each value that it must refuse."""
    reports = {
        entry["notebook"]: name for name, entry in read_catalogue(project).items()
    }
    for notebook, report in sorted(reports.items()):
        for name in declared_parameters(project.notebooks / notebook):
            values = [*CODE, *TRICKS, *_HELD.get(name, WORDS)]
            yield from (
                (report, name, value) for value in values if (name, value) not in _GOOD
            )
