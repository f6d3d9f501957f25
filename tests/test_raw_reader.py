from pathlib import Path

import pytest
from rows import Made, figure

from analysis.cleaning.raw import FIGURE_COLUMNS, read_raw, read_table
from notebook_runner.errors import InputError, Problems
from notebook_runner.project import Project

HEADER = ",".join(FIGURE_COLUMNS)
NO_ROW = "can't be read as a row; close its quotes, and keep it on one line of at most 100,000 characters"
ROW = (
    "ondcp-a,us_government,cocaine_output,Colombia,2021,972,t,estimate,table,official,"
)


def read(tmp_path: Path, content: bytes) -> tuple[list[str], Problems]:
    (tmp_path / "unodc.csv").write_bytes(content)
    problems = Problems()
    table = read_table(
        Project(tmp_path), tmp_path / "unodc.csv", FIGURE_COLUMNS, problems
    )
    return list(table["printed"]), problems


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{ROW}\n".encode(),
        f"{HEADER}\n{ROW}".encode(),
        b"\xef\xbb\xbf" + f"{HEADER}\n{ROW}\n".encode(),
        f"{HEADER}\r\n{ROW}\r\n".encode(),
        (
            ",".join(reversed(HEADER.split(",")))
            + "\n"
            + ",".join(reversed(ROW.split(",")))
            + "\n"
        ).encode(),
    ],
    ids=["plain", "no end of line", "byte-order mark", "CRLF", "other order"],
)
def test_good_files_in_odd_dress_are_read(tmp_path: Path, content: bytes) -> None:
    printed, problems = read(tmp_path, content)
    assert (printed, problems.found) == (["972"], [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", f"unodc.csv:1: found ''; the header must be {HEADER}"),
        (b"a,b\n1,2\n", f"unodc.csv:1: found 'a,b'; the header must be {HEADER}"),
        (f"{HEADER},note\n".encode(), f"unodc.csv:1: found '{HEADER},note'; the header must be {HEADER}"),
        (f"{HEADER}\n{ROW.replace('972', '1,010')}\n".encode(), "unodc.csv:2: found 'ondcp-a,us_government,cocaine_output,"
         "Colombia,2021,1,010,t,estimate,table,official,'; 12 cells where the header has 11"),
        (f"{HEADER}\n{ROW}\n{ROW[:20]}\n".encode(), "unodc.csv:3: found 'ondcp-a,us_governmen'; 2 cells where the header has 11"),
        (f"{HEADER}\n\n{ROW}\n".encode(), "unodc.csv:2: found ''; 0 cells where the header has 11"),
        (f"{HEADER}\n{ROW.replace('972', ' 972')}\n".encode(), "unodc.csv:2: printed: found ' 972'; blanks at an end; remove them"),
        (f"{HEADER}\n{ROW.replace('972', chr(0))}\n".encode(), "unodc.csv:2: printed: found '\\x00'; holds U+0000, which can't be seen; remove it"),
        (f"{HEADER}\n".encode() + b"caf\xe9", "unodc.csv:2: found 'byte 0xe9'; is not text in UTF-8; save the table as CSV in UTF-8"),
        (HEADER.encode("utf-16"), "unodc.csv:1: found 'byte 0xff'; is not text in UTF-8; save the table as CSV in UTF-8"),
        (f'{HEADER}\n{ROW.replace("972", chr(34) + "972")}\n'.encode(), "unodc.csv:2: found 'ondcp-a,us_government,"
         "cocaine_output,Colombia,2021,\"972,t,estimate,table,official,'; " + NO_ROW),
        (f'{HEADER}\n{ROW.replace("972", chr(34) + "9" + chr(34) + "72")}\n'.encode(), "unodc.csv:2: found 'ondcp-a,us_government,"
         "cocaine_output,Colombia,2021,\"9\"72,t,estimate,table,official,'; " + NO_ROW),
        (f'{HEADER}\n{ROW.replace("972", chr(34) + "9" + chr(10) + "72" + chr(34))}\n'.encode(), "unodc.csv:2: found 'ondcp-a,us_government,"
         f"cocaine_output,Colombia,2021,\"9'; {NO_ROW}\nunodc.csv:3: found '72\",t,estimate,table,official,'; 6 cells where the header has 11"),
        (b'"a"b,c\n', f"unodc.csv:1: found '\"a\"b,c'; the header must be {HEADER}"),
        (f"{HEADER.replace(',', ';')}\n".encode(), f"unodc.csv:1: found '{HEADER.replace(',', ';')}'; the header must be {HEADER}"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_by_line(
    tmp_path: Path, content: bytes, message: str
) -> None:
    _, problems = read(tmp_path, content)
    assert "\n".join(map(str, problems.found)) == message


def test_text_stays_text(tmp_path: Path) -> None:
    printed, _ = read(
        tmp_path,
        f"{HEADER}\n{ROW.replace('972', 'NA')}\n{ROW.replace('972', '+53%')}\n".encode(),
    )
    assert printed == ["NA", "+53%"]


def test_all_faults_of_all_files_come_at_once(made: Made) -> None:
    project = made([figure()])
    (project.raw / "unodc.csv").write_bytes(b"x")
    (project.raw / "cocaine.csv").write_bytes(b"x")
    (project.raw / "corrections.csv").unlink()
    with pytest.raises(InputError) as error:
        read_raw(project)
    assert str(error.value).splitlines() == [
        "data/raw/cocaine.csv: found 'cocaine.csv'; no registered agency has this name; register it in vocabulary.toml or rename the file",
        "data/raw/corrections.csv: found 'no such file or directory'; every raw file must be there, if only its header",
        f"data/raw/unodc.csv:1: found 'x'; the header must be {HEADER}",
    ]
