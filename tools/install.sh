#!/bin/sh
# Lays the locked environment into .venv; needs only python3 (3.11-3.13). Usage: tools/install.sh [PYTHON]
# torch goes in first and by pip, because pip can take a CPU build (a tenth of the size) where one is offered:
# from the wheels or index this machine is configured with, else from PyTorch's own CPU index. If what pip finds
# is a CUDA build, its CUDA packages are installed from the lock like everything else. Nothing is skipped.
set -eu
python=${1:-python3}
uv_version=0.13.9
torch_version=2.13.0
cpu_index="--extra-index-url https://download.pytorch.org/whl/cpu"

"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || {
    echo "install: $("$python" --version) is not supported; use Python 3.11, 3.12 or 3.13 (make PYTHON=/path/to/python3.12 ...)" >&2
    exit 2
}
[ -x .venv/bin/python ] || "$python" -m venv .venv
py=.venv/bin/python
"$py" -m pip install --quiet --disable-pip-version-check "uv==$uv_version"

if ! "$py" -c "from importlib.metadata import version; assert version('torch').split('+')[0] == '$torch_version'" 2>/dev/null; then
    if [ -n "${PIP_FIND_LINKS:-}${PIP_INDEX_URL:-}${PIP_EXTRA_INDEX_URL:-}" ]; then cpu_index=""; fi
    # shellcheck disable=SC2086
    "$py" -m pip install --quiet --disable-pip-version-check --no-deps $cpu_index "torch==$torch_version"
fi

without=""
if "$py" -c "from importlib.metadata import requires; raise SystemExit(any('cuda' in r or 'nvidia' in r for r in requires('torch') or ()))"; then
    for package in torch $(sed -n 's/^name = "\(\(cuda\|nvidia\)-[^"]*\|triton\)"$/\1/p' uv.lock); do
        without="$without --no-install-package $package"
    done
fi
# shellcheck disable=SC2086
UV_PROJECT_ENVIRONMENT=.venv "$py" -m uv sync --quiet --frozen --inexact $without
