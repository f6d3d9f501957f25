#!/bin/sh
# Makes .venv/SET from requirements/SET.txt, once: sh requirements/setup.sh run|test|lab
# PYTHON names an interpreter other than the first that fits. uv is used where it is installed.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONHOME PYTHONPATH
export PIP_USER=0 UV_PYTHON_DOWNLOADS=never

lock=requirements/${1:-}.txt
venv=.venv/${1:-}

die() {
    echo "setup: $1" >&2
    exit 1
}

version() {
    "$1" -ISc 'import sys; print(*sys.version_info[:3], sep=".")' 2>/dev/null
}

# What an environment depends on. A virtual environment can't be moved, so its folder is a part.
fingerprint() {
    pwd -P
    version "$venv/bin/python"
    cksum "$lock" requirements/setup.sh
    sed -n '/^\[project\]/,/^\[dep/p' pyproject.toml | cksum
}

is_ready() {
    fingerprint 2>/dev/null | cmp -s - "$venv/ready" || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version "$PYTHON")" = "$(version "$venv/bin/python")" ]
}

fits() {
    "$1" -ISc 'import sys
fits = sys.implementation.name == "cpython" and (3, 11) <= sys.version_info[:2] <= (3, 14)
sys.exit(not fits)' 2>/dev/null
}

[ -f "$lock" ] || die "usage: sh requirements/setup.sh run|test|lab"
is_ready && exit 0

if [ -n "${PYTHON:-}" ]; then
    set -- "$PYTHON"
else
    set -- python3 python3.14 python3.13 python3.12 python3.11
fi
while [ $# -gt 0 ] && ! fits "$1"; do shift; done
[ $# -gt 0 ] || die "needs Python 3.11 to 3.14, and ${PYTHON:-python3} is none (or is missing); name one: PYTHON=/path/to/python3"
python=$("$1" -ISc 'import sys; print(sys.executable)')

# Two set-ups at once would overwrite each other: the second waits, and finds the work done. The
# system lifts the lock when the last process with the file open has ended, however it ends.
mkdir -p .venv
exec 9>"$venv.lock"
"$python" -ISc 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)' 9>&9
is_ready && exit 0

if command -v uv >/dev/null; then
    tool=uv
    make_venv() { uv venv --quiet --no-project --python "$python" "$venv"; }
    install() { uv pip install --quiet --python "$venv/bin/python" --no-deps "$@"; }
    wheels='--compile-bytecode --no-build'
else
    tool=pip
    make_venv() { "$python" -m venv "$venv"; }
    install() { "$venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-deps "$@"; }
    wheels='--only-binary :all: --no-compile'
    "$python" -ISc 'import ensurepip, venv' 2>/dev/null ||
        die "$python can't make virtual environments; on Debian and Ubuntu: apt install python3-venv"
fi

echo "Setting up $venv with Python $(version "$python") and $tool; once, a minute or two."
rm -rf "$venv"
make_venv
# shellcheck disable=SC2086 # the options are words of their own
install $wheels --require-hashes -r "$lock" || die "could not install $lock; the reason is above"
install --no-build-isolation -e .
# All cores at once take half the time that pip's own compiling takes. A file in a package that is
# no valid Python is not needed.
[ $tool = uv ] || "$venv/bin/python" -m compileall -q -j 0 "$venv/lib" >/dev/null 2>&1 || :
fingerprint >"$venv/ready"
