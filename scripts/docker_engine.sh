#!/usr/bin/env bash
# A private Docker engine for the tests of the Docker sandbox, where the workplace ships one
# (../shared/docker/up.sh: Debian's packages, no registry; needs root).
#
#   eval "$(scripts/docker_engine.sh start STATE_DIR)"    # exports PATH, DOCKER_* and the base image's name
#   scripts/docker_engine.sh stop STATE_DIR
#
# Exit status 3: there is nothing to start it with here; the reason is on standard error.
set -euo pipefail
action=${1:?start or stop} state=${2:?state directory}
up="$(cd "$(dirname "$0")/.." && pwd)/../shared/docker/up.sh"
base=skillbench-base:ci

case $action in
  start)
    if [ ! -f "$up" ]; then
      echo "no Docker engine to start: ../shared/docker/up.sh is not on this machine" >&2
      exit 3
    fi
    bash "$up" "$state" "$base"
    echo "export SKILLBENCH_SANDBOX_BASE=$base"
    ;;
  stop)
    if [ -f "$state/dockerd.pid" ]; then
      pid=$(cat "$state/dockerd.pid")
      kill "$pid"
      for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    fi
    ;;
  *)
    echo "unknown action '$action'; allowed: start, stop" >&2
    exit 2
    ;;
esac
