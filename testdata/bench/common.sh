# shellcheck shell=bash
# What the measurements share. Sourced, never run. The caller has set `set -euo pipefail`.

BENCH_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$BENCH_DIR/../.." && pwd)
# shellcheck source=testdata/parts/common.sh
source "$ROOT/testdata/parts/common.sh"

# Another command can be measured in Janiko's place, such as the one of an earlier version.
JANIKO=${JANIKO:-$ROOT/janiko}
OUTPUT=$ROOT/target/bench

# start_bench: parts that run, a work folder, and what must be undone at the end.
start_bench() {
  ((EUID == 0)) || die "run this as root: the engine and the peers need it"
  mkdir -p "$OUTPUT"
  owned=yes
  if "$ROOT/testdata/parts/status" >/dev/null 2>&1; then owned=; fi
  # Not beside the engine's files, where many have just been removed.
  WORK=$(mktemp -d -p /var/tmp)
  trap finish_bench EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  "$ROOT/testdata/parts/install"
  "$ROOT/testdata/parts/start"
  # shellcheck disable=SC2034 # the caller's
  REGISTRY=$(prop registry)
}

finish_bench() {
  local status=$? mount
  trap - EXIT
  # What a peer that was interrupted left mounted, deepest first.
  awk -v data="$WORK/" 'index($5, data) == 1 { print $5 }' /proc/self/mountinfo | sort -r | while read -r mount; do
    umount -l "$mount" || true
  done
  rm -rf --one-file-system "$WORK"
  if [[ -n $owned ]]; then "$ROOT/testdata/parts/stop" || status=1; fi
  exit "$status"
}

# machine: one line on where the figures come from.
machine() {
  printf '%s cores, %s, Linux %s, %s\n' "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
    "$(uname -r)" "$(date -u +%Y-%m-%d)"
}
