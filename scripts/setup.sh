#!/usr/bin/env bash
# Everything a fresh Debian or Ubuntu needs to run SkillBench: Python environment, locked dependencies, a sandbox.
# Safe to run again; does nothing when all is in place. Usage: scripts/setup.sh [VENV]
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${1:-.venv}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else return 1; fi
}

install_deb() {  # install_deb PACKAGE COMMAND-TO-TELL
  echo "setup: installing $1 from the distribution's packages" >&2
  if ! { as_root apt-get -qq update && as_root apt-get -qq install -y --no-install-recommends "$1"; } >&2; then
    echo "setup: $1 could not be installed. Do: $2" >&2
    return 1
  fi
}

python=""
for candidate in python3 python3.13 python3.12 python3.11; do
  if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "setup: Python 3.11, 3.12 or 3.13 is needed; found: $(python3 --version 2>&1 || echo none)" >&2
  exit 1
fi

if [ ! -x "$venv/bin/python" ]; then
  "$python" -m venv "$venv" 2>/dev/null || { install_deb python3-venv "apt-get install python3-venv"; "$python" -m venv "$venv"; }
fi
stamp=$venv/.skillbench-$(cat requirements.lock pyproject.toml | sha256sum | cut -c1-16)
if [ ! -e "$stamp" ]; then
  [ -x "$venv/bin/uv" ] || "$venv/bin/python" -m pip -q --disable-pip-version-check install uv
  "$venv/bin/uv" pip install -q --python "$venv/bin/python" -r requirements.lock
  "$venv/bin/uv" pip install -q --python "$venv/bin/python" --no-deps -e .
  rm -f "$venv"/.skillbench-*
  touch "$stamp"
fi

# A sandbox: Docker when its daemon answers, else bubblewrap (skillbench doctor tells which).
if ! { command -v docker >/dev/null && timeout 5 docker version >/dev/null 2>&1; } && ! command -v bwrap >/dev/null; then
  install_deb bubblewrap "apt-get install bubblewrap (or start Docker)" || true
fi
