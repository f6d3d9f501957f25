"""The engine beside an ordinary kernel: cells of every kind are run both ways, and their outputs compared."""

import asyncio
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from analysis.reports import HOOKS
from notebook_runner.catalogue import Job
from notebook_runner.environment import EXECUTED, fixed_environment, started_with
from notebook_runner.errors import ReportFailed
from notebook_runner.execute import MOST_SAID, execute
from notebook_runner.pool import called
from notebook_runner.project import here

# By name, in the order in which they run, in one notebook: a cell may use what those above it have made.
CELLS = {
    # The first cells: what the process has loaded is no favour.
    "a name that nobody imported": "pd",
    "a module that is none": "import no_such_module",
    "names that are there": "[name for name in dir() if not name.startswith('_')]",
    "builtins": "import builtins\n[name for name in ('display', 'get_ipython', 'exit', 'np') if hasattr(builtins, name)]",
    "main": "import sys\n__name__, sys.modules['__main__'].__dict__ is globals(), hasattr(sys.modules['__main__'], '__file__')",
    "the folder": "import os\nos.path.basename(os.path.dirname(os.getcwd())), os.curdir",
    "the path": "[place for place in sys.path if not place or 'python3' in place], type(sys.argv)",
    "the shell": "from ipykernel.zmqshell import ZMQInteractiveShell\nisinstance(get_ipython(), ZMQInteractiveShell)",
    "variables": "[os.environ[name] for name in ('MPLBACKEND', 'TERM', 'CLICOLOR', 'FORCE_COLOR', 'PAGER', 'TZ', 'PYTHONHASHSEED')]",
    # Pictures, before and after the settings are changed.
    "a picture": "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);",
    "a picture and its lines": "plt.plot([1, 3, 2])",
    "settings of pictures": "import matplotlib\nmatplotlib.get_backend(), {k: str(v) for k, v in matplotlib.rcParams.items()}, plt.get_fignums()",
    "two pictures, and text between": "plt.figure(figsize=(2, 1)); print('a'); plt.figure(figsize=(1, 2)); print('b')",
    "a picture shown amid a cell": "plt.plot([1]); plt.show(); print('after')",
    "a figure as a result": "figure, axes = plt.subplots(figsize=(1, 1))\nplt.close()\nfigure",
    "%matplotlib inline": "%matplotlib inline\nplt.plot([2, 1]);",
    "formats of pictures": "%config InlineBackend.figure_formats = ['svg']\n_ = plt.rcParams.update({'svg.hashsalt': 'x'})\n"
    "print(get_ipython().display_formatter.formatters['image/svg+xml'].enabled)",
    "settings that are kept": "plt.rcParams['lines.linewidth'] = 7",
    "settings that were kept": "plt.rcParams['lines.linewidth']",
    # Text, displays and results in their order.
    "prints, displays and a result": "print('a'); display(1); print('b', end=''); display('c'); print('d')\n2",
    "both streams": "print('a', flush=True); print('b', file=sys.stderr, flush=True); print('c')",
    "text in pieces": "for one in 'abc': print(one, end=' ')\nsys.stdout.writelines(['d', 'e'])",
    "carriage returns": "print('a\\rb'); print('c\\x08d')",
    "words of the world": "print('coca ñ 古 🌿'); 'é'",
    "what a stream is": "sys.stdout.isatty(), sys.stdout.writable(), sys.stdout.encoding, hasattr(sys.stdout, 'buffer'), sys.stdout.name",
    "bytes to a stream": "sys.stdout.write(b'a')",
    "no output": "x = 1",
    "a semicolon": "x;",
    "a semicolon in a comment": "x  # a;",
    "None": "None",
    "last results": "_, __, _i, Out[max(Out)], In[1]",
    "several lines": "x\nx + 1\nif x: x + 2\nx + 3",
    "display in a function": "def show(*those):\n    for one in those: display(one)\nshow(1, 'a', [2])",
    "display of several": "display(1, 2)",
    "an output with metadata": "display({'text/plain': 'x'}, raw=True, metadata={'text/plain': {'a': 1}})",
    "display with an id": "handle = display('one', display_id='an id'); print('after')",
    "display with the same id": "display('two', display_id='an id')",
    "update of another cell's": "handle.update('three'); print('updated')",
    "update of its own": "own = display(1, display_id=True); own.update(2)\nown2 = display(3, display_id='x'); display(4, display_id='x', update=True)",
    "clear": "from IPython.display import clear_output\nprint('a'); display(1); clear_output(); print('b')",
    "clear and wait": "print('a'); clear_output(wait=True); print('b'); clear_output(wait=True); display('c')",
    "clear and wait for nothing": "print('a'); clear_output(wait=True)",
    "after that": "print('b')",
    "clear an id": "display(1, display_id='y'); clear_output(); print('x'); display(2, display_id='y', update=True)",
    # Objects and their forms.
    "forms of an object": "class Rich:\n    def _repr_html_(self): return '<b>x</b>'\n    def _repr_latex_(self): return '$x$'\n"
    "    def __repr__(self): return 'Rich'\nRich()",
    "forms with metadata": "class Told:\n    def _repr_html_(self): return '<b>x</b>', {'isolated': True}\n    def __repr__(self): return 'Told'\nTold()",
    "a bundle": "class Bundle:\n    def _repr_mimebundle_(self, **_): return {'text/plain': 'b', 'application/json': {'a': (1, None, 0.5)}}, {'m': 1}\nBundle()",
    "a bundle displayed": "display(Bundle())",
    "a picture in bytes": "from IPython.display import Image, HTML, Markdown, JSON, SVG, Javascript\nImage(b'\\x89PNG\\r\\n\\x1a\\n' + b'\\0' * 30)",
    "HTML, Markdown, JSON": "display(HTML('<i>x</i>'), Markdown('*x*'), JSON({'a': [1]}), SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'), Javascript('1'))",
    "a table": "import pandas\npandas.DataFrame({'a': [1, 2], 'b': ['x', None]})",
    "a series, an array": "import numpy\ndisplay(pandas.Series([1.5, 2])); numpy.arange(3)",
    "options": "pandas.get_option('display.max_rows'), numpy.get_printoptions()",
    "a long list": "list(range(1100))",
    "a form that fails": "class Bad:\n    def _repr_html_(self): raise ValueError('no form')\n    def __repr__(self): return 'Bad'\nBad()",
    "a text that fails": "class Worse:\n    def __repr__(self): raise ValueError('no text')\nWorse()",
    # Errors.
    "an error": "print('before')\n1 / 0",
    "an error in a function": "def half(x):\n    y = 0\n    return x / y\nhalf(1)",
    "an error of an error": "try: 1 / 0\nexcept ZeroDivisionError as error: raise ValueError('no half') from error",
    "notes and groups": "error = ValueError('a'); error.add_note('a note')\nraise ExceptionGroup('both', [error, KeyError('b')])",
    "an error of its own": "class Own(Exception): pass\nraise Own('one', 2)",
    "no syntax": "print('never')\nif",
    "no indent": "  x = 1\n y = 2",
    "no syntax inside": "eval('1 +')",
    "sys.exit": "sys.exit(0)",
    "sys.exit with words": "sys.exit('words')",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "an interrupt": "import signal, time\nos.kill(os.getpid(), signal.SIGINT); time.sleep(5)",
    "an assertion": "assert x == 2, 'not two'",
    "an error shown": "try: 1 / 0\nexcept ZeroDivisionError: get_ipython().showtraceback()\nprint('on')",
    "an error in a library": "pandas.DataFrame({'a': [1]})['b']",
    "a warning": "import warnings\nwarnings.warn('careful')",
    "a deprecation": "warnings.warn('old', DeprecationWarning)",
    "a log": "import logging\nlogging.warning('careful'); logging.info('unseen')",
    "a log of all": "root = logging.getLogger(); root.setLevel(10); logging.debug('seen'); print('x'); root.setLevel(30)",
    "a question": "input('name? ')",
    "a secret": "import getpass\ngetpass.getpass()",
    "a stream taken away and put back": "kept = sys.stdout\nsys.stdout = open(os.devnull, 'w')\nprint('unseen')\nsys.stdout = kept\nprint('seen')",
    "another stream": "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as text: print('kept')\ntext.getvalue()",
    "captured": "%%capture got\nprint('a'); display(1); print('b', file=sys.stderr)",
    "what was captured": "got.stdout, got.stderr, len(got.outputs)",
    # Threads, tasks and processes.
    "a thread": "import threading\nthread = threading.Thread(target=print, args=('in a thread',)); thread.start(); thread.join()",
    "an error in a thread": "thread = threading.Thread(target=lambda: 1 / 0, name='t'); thread.start(); thread.join()",
    "await": "import asyncio\nawait asyncio.sleep(0.01)\nprint('slept')\n3",
    "await that fails": "async def fails(): raise ValueError('late')\nawait fails()",
    "async for and with": "async def numbers():\n    for one in range(3): yield one\n[one async for one in numbers()]",
    "the loop": "loop = asyncio.get_running_loop(); loop.is_running()",
    "the same loop": "await asyncio.sleep(0); asyncio.get_running_loop() is loop",
    "a loop in the loop": "async def nothing(): pass\ntask = nothing()\nasyncio.run(task)",
    "a task that goes on": "done = []\nasync def work():\n    for one in range(3): await asyncio.sleep(0.001); done.append(one)\ntask.close(); task = asyncio.ensure_future(work())",
    "a task that went on": "await task; done",
    "a program": "import subprocess\nprint('a', flush=True)\ncode = subprocess.run(['echo', 'b']).returncode; time.sleep(0.3)\nprint('c'); code",
    "a program's errors": "subprocess.run('echo b >&2', shell=True); time.sleep(0.3)",
    "os.write": "os.write(1, 'ñ'.encode() + b' raw\\n'); time.sleep(0.3)",
    "os.system": "os.system('echo system'); time.sleep(0.3)",
    "pieces of a pool": "import multiprocessing\ndef square(x): return x * x\nwith multiprocessing.get_context('fork').Pool(2) as pool: print(pool.map(square, [1, 2, 3]))",
    "a process that prints": "one = multiprocessing.get_context('fork').Process(target=print, args=('forked',), kwargs={'flush': True}); one.start(); one.join(); time.sleep(0.3)",
    "a class, pickled": "import pickle, dataclasses\n@dataclasses.dataclass\nclass Point: x: int = 1\npickle.loads(pickle.dumps(Point(2)))",
    "its source": "import inspect\ninspect.getsource(Point), Point.__module__",
    # Magics.
    "!": "!echo a; echo b",
    "! kept": "lines = !echo a; echo b\nlines",
    "! that fails": "!exit 3\n_exit_code",
    "! in the background": "!sleep 1 &",
    "%%bash": "%%bash\necho a\necho b",
    "%%bash that fails": "%%bash\nexit 3",
    "%%sh to names": "%%sh --out o\necho a",
    "%time": "%time 1 + 1;",
    "%%timeit is there": "%timeit -n1 -r1 -q 1",
    "%who": "import re\nnothing = None\n%who_ls Point",
    "%run": "open('other.py', 'w').write('print(__name__); y = 5')\n%run other.py",
    "what %run left": "y",
    "%%writefile": "%%writefile made.txt\ntext",
    "%cd": "%cd -q /\nos.getcwd()",
    "%pwd": "%pwd",
    "%history": "%history -n 1-2",
    "%%html": "%%html\n<b>x</b>",
    "%precision": "%precision 3\n0.123456",
    "%env": "%env TZ",
    "a magic that is none": "%nothing",
    "help": "x?",
    "%pinfo": "%pinfo square",
    "%gui": "%gui",
    "%autosave": "%autosave 60",
    "%tb": "%tb",
    "%pylab is matplotlib": "%matplotlib --list",
    "an extension": "%load_ext autoreload",
    "hooks": "get_ipython().events.register('post_run_cell', lambda result: print('after the cell'))",
    "the last": "print(get_ipython().execution_count); 'end'",
}  # fmt: skip


# Tracebacks of these lead through the code of the kernel, or of the engine.
THROUGH_US = {"bytes to a stream", "a question", "a secret"}


def without_machine(text: str) -> str:
    """The text without colours, addresses and what differs from run to run."""
    text = re.sub(r"\x1b\[[\d;]*m", "", text)
    text = re.sub(r"ipykernel_\d+/\d+\.py|<ipython-input-[^>]*>", "CELL", text)
    text = re.sub(r"/\S*/(way)/(kernel|engine)", r"/\1", text)
    return re.sub(
        r"\b0x[0-9a-f]+|\d+(\.\d+)?(e[+-]\d+)? [nµμm]?s\b|(?<=Thread-)\d+", "N", text
    )


def plain(one: Any) -> Any:
    """An output, or a part of it, without what differs from run to run."""
    if isinstance(one, str):
        return without_machine(one)
    if isinstance(one, list):
        return [plain(part) for part in one]
    return (
        {name: plain(part) for name, part in one.items()}
        if isinstance(one, dict)
        else one
    )


def joined(outputs: list[Any]) -> list[Any]:
    """Outputs with neighbouring texts of one stream in one."""
    whole: list[Any] = []
    for output in outputs:
        if whole and "text" in output and output.get("name") == whole[-1].get("name"):
            whole[-1] = {**output, "text": whole[-1]["text"] + output["text"]}
        else:
            whole.append(dict(output))
    return [plain(output) for output in whole]


def outputs(notebook: Any) -> dict[str, Any]:
    """What each cell came to, by its name."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = {
        name: (cell.execution_count, joined(cell.outputs))
        for name, cell in zip(CELLS, code, strict=True)
    }
    for name in THROUGH_US:
        del found[name][1][0]["traceback"]
    return found


@pytest.fixture(scope="module")
def ways(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The cells by an ordinary kernel, and by the engine."""
    folder = tmp_path_factory.mktemp("way")
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"tags": ["raises-exception"]})
        for source in CELLS.values()
    ]
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"language_info": {"name": "python"}}
    )
    nbformat.write(notebook, folder / "corpus.ipynb")
    for way in ("kernel", "engine"):
        (folder / way).mkdir()
    with pytest.raises(ReportFailed):
        called(
            execute,
            Job("corpus", folder / "corpus.ipynb", {}, here(), HOOKS),
            folder / "engine",
            preload=HOOKS.preload,
        )
    by_engine = nbformat.read(folder / "engine" / EXECUTED, as_version=4)
    environment = fixed_environment(here()) | {"IPYTHONDIR": str(folder / "ipython")}
    environment.pop(
        "PYTEST_CURRENT_TEST", None
    )  # which a kernel looks for, and then leaves programs' output alone
    with started_with(environment):
        client = NotebookClient(
            notebook,
            timeout=60,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder / "kernel")}},
        )
        asyncio.run(client.async_execute())
    return outputs(notebook), outputs(by_engine)


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_says_what_it_says_in_a_kernel(
    ways: tuple[dict[str, Any], dict[str, Any]], name: str
) -> None:
    by_kernel, by_engine = ways
    assert by_engine[name] == by_kernel[name]


# --- What an ordinary kernel does not do, or not in time.


def said(folder: Path, *sources: str) -> list[Any]:
    """What cells come to in a report's process, and what is kept of it; the last may fail."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "x.ipynb")
    (folder / "scratch").mkdir()
    with suppress(ReportFailed):
        called(
            execute, Job("x", folder / "x.ipynb", {}, here(), HOOKS), folder / "scratch"
        )
    notebook = nbformat.read(folder / "scratch" / EXECUTED, as_version=4)
    kept = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        [
            output.get("text", output.get("data", output.get("evalue")))
            for output in cell.outputs
        ]
        for cell in kept
    ]


def test_text_of_both_streams_and_of_programs_comes_in_the_order_in_which_it_was_written(
    tmp_path: Path,
) -> None:
    source = "import os, sys\nfor one in '12':\n    print('a'); os.system('echo b'); print('c', file=sys.stderr)\n"
    assert said(tmp_path, source) == [["a\nb\n", "c\n"] * 2]


def test_a_program_may_write_into_a_stream(tmp_path: Path) -> None:
    source = "import subprocess, sys\nprint('a'); subprocess.run(['echo', 'b'], stdout=sys.stdout); print('c')"
    assert said(tmp_path, source) == [["a\nb\nc\n"]]


def test_what_a_task_prints_later_is_the_later_cells(tmp_path: Path) -> None:
    task = "import asyncio\nasync def late():\n    await asyncio.sleep(0.01)\n    print('late')\ntask = asyncio.ensure_future(late())"
    assert said(tmp_path, task, "await task") == [[], ["late\n"]]


def test_a_cell_that_kills_the_process_leaves_the_cells_before(tmp_path: Path) -> None:
    assert said(
        tmp_path, "print('a')", "import os; print('b'); os.kill(os.getpid(), 9)", "3"
    ) == [["a\n"], [], []]


def test_text_without_end_does_not_fill_memory(tmp_path: Path) -> None:
    endless = "import resource, subprocess\nsubprocess.run('yes | head -c 300000000', shell=True)\nfor _ in range(300): print('a' * 1_000_000)"
    size = "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 600_000"
    [[text], [size_is_small]] = said(tmp_path, endless, size)
    assert len(text) == MOST_SAID + 1
    assert size_is_small == {"text/plain": "True"}


def test_a_stream_that_was_closed_stays_closed(tmp_path: Path) -> None:
    assert said(tmp_path, "import sys; sys.stdout.close()", "print('never')") == [
        [],
        ["I/O operation on closed file"],
    ]


def test_a_failure_ends_the_notebook(tmp_path: Path) -> None:
    assert said(tmp_path, "1", "1 / 0", "2") == [
        [{"text/plain": "1"}],
        ["division by zero"],
        [],
    ]
