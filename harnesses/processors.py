"""Kinds of processor that OpenBLAS and numpy can be told to compute for, to see that a report comes out the same.

OpenBLAS takes other kernels by `OPENBLAS_CORETYPE`; numpy leaves newer instructions out by
`NPY_DISABLE_CPU_FEATURES`. Both only warn, or say nothing, where a name is not theirs: so `check` looks what is in use.
"""

import ctypes
import os
import platform
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

# OpenBLAS's own name of the kernel that each core type leads to.
KERNELS = {
    "Haswell": "Haswell",
    "Nehalem": "Nehalem",
    "Prescott": "Katmai",
    "SkylakeX": "SkylakeX",
}
NEWER = (
    "X86_V3",
    "X86_V4",
    "AVX512_ICL",
    "AVX512_SPR",
)  # numpy's groups of instructions above its baseline
_CORE, _FEATURES = "OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"


@dataclass(frozen=True)
class Processor:
    """One kind of processor."""

    name: str
    variables: dict[str, str] = field(default_factory=dict)  # of the environment
    missing: str = ""  # why it can't be tried here


def processors() -> list[Processor]:
    """All kinds, those that can't be tried here with the reason."""
    by_kernel = [
        Processor(f"a processor like {core}", {_CORE: core}, _why_not(core))
        for core in KERNELS
    ]
    found = " ".join(name for name in NEWER if name in features())
    without = Processor(
        "numpy without newer instructions",
        {_FEATURES: found},
        "" if found else "numpy finds none here",
    )
    return [*by_kernel, without]


def _why_not(core: str) -> str:
    if not kernel():
        return "numpy computes by another library than OpenBLAS"
    if platform.machine() not in ("x86_64", "AMD64"):
        return f"this is {platform.machine()}"
    # OpenBLAS would take these kernels, and end at the first instruction that is not there.
    needed = {"Haswell": "X86_V3", "SkylakeX": "X86_V4"}.get(core)
    return (
        f"this processor has no {needed}" if needed and needed not in features() else ""
    )


def features() -> set[str]:
    """The groups of instructions above its baseline that numpy uses in this process, by its names."""
    return set(np.show_config(mode="dicts")["SIMD Extensions"].get("found", []))


def kernel() -> str:
    """The kernels that numpy's OpenBLAS uses in this process, by OpenBLAS's name; "" if there is no OpenBLAS."""
    folder = Path(np.__file__).parents[1] / "numpy.libs"
    for library in folder.glob("*openblas*"):
        name = ctypes.CDLL(str(library)).scipy_openblas_get_corename64_
        name.restype = ctypes.c_char_p
        return str(name().decode())
    return ""


def check() -> str:
    """What is not as the environment asks for, in words; "" if this process computes as it was told."""
    core = os.environ.get(_CORE, "")
    if core and kernel() != KERNELS[core]:
        return f"OpenBLAS uses {kernel()}, not {core}"
    on = [name for name in os.environ.get(_FEATURES, "").split() if name in features()]
    return f"numpy uses {' '.join(on)}" if on else ""
