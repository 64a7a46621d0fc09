# shellcheck shell=bash
# What the scripts of this folder share: where the parts live, how they are recorded, how they are looked at.
# Sourced, never run. The caller has set `set -euo pipefail`.

PARTS_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PARTS_RUN=$PARTS_DIR/run
PARTS_FILE=$PARTS_RUN/parts.properties

# Debian package, and a file or command that is there when it is installed.
PARTS_PACKAGES=(
  docker-registry:docker-registry
  docker.io:dockerd
  docker.io:/usr/bin/docker
  containerd:containerd
  runc:runc
  buildah:buildah
  skopeo:skopeo
  umoci:umoci
  zstd:zstd
  busybox-static:busybox
  debootstrap:debootstrap
  debian-archive-keyring:/usr/share/keyrings/debian-archive-keyring.gpg
  ca-certificates:/etc/ssl/certs/ca-certificates.crt
  nginx:nginx
  openssl:openssl
  git:git
  openssh-server:sshd
  openssh-client:ssh-keygen
  jq:jq
  curl:curl
  perl-base:perl
  util-linux:setsid
  procps:ps
)

say() { printf '%s\n' "$*"; }

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# Sbin folders are not on every user's path.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

has() {
  case $1 in
    /*) [[ -e $1 ]] ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

# The packages that are missing here, one per line.
missing_packages() {
  local entry
  for entry in "${PARTS_PACKAGES[@]}"; do
    has "${entry#*:}" || say "${entry%%:*}"
  done | sort -u
}

# prop KEY: a value of the record of the running parts; fails when there is none.
prop() {
  [[ -f $PARTS_FILE ]] || return 1
  local line
  line=$(grep -m 1 "^${1//./\\.}=" "$PARTS_FILE") || return 1
  printf '%s\n' "${line#*=}"
}

# is_ours PID DATA: the process lives and its command line names our data folder, so it is one we started.
is_ours() {
  [[ $1 =~ ^[0-9]+$ && -n $2 && -r /proc/$1/cmdline ]] || return 1
  { tr "\\0" " " <"/proc/$1/cmdline"; } 2>/dev/null | grep -qF -- "$2"
}

# All recorded processes live and the servers answer.
parts_answer() {
  local data name pid names=(registry registry.auth registry.tls registry.readonly)
  data=$(prop data) || return 1
  if [[ $(prop engine) == yes ]]; then
    names+=(containerd docker)
    engine_answers "$(prop docker.host)" || return 1
  fi
  for name in "${names[@]}"; do
    pid=$(prop "pid.$name") || return 1
    is_ours "$pid" "$data" || return 1
  done
  # The last line of the record: the base images are there.
  prop ready >/dev/null && registry_answers "http://$(prop registry)"
}

registry_answers() { curl -fsS --noproxy '*' --max-time 5 -o /dev/null "$1/v2/" 2>/dev/null; }

engine_answers() {
  curl -fsS --noproxy '*' --max-time 5 -o /dev/null --unix-socket "${1#unix://}" http://localhost/_ping 2>/dev/null
}

# wait_for SECONDS WHAT LOG COMMAND...: tries until the command succeeds; shows the end of the log when it never does.
wait_for() {
  local seconds=$1 what=$2 log=$3 end
  shift 3
  end=$((SECONDS + seconds))
  until "$@"; do
    if ((SECONDS >= end)); then
      tail -n 30 "$log" >&2 2>/dev/null || true
      die "$what does not answer after $seconds s; the end of its log ($log) is above"
    fi
    sleep 0.1
  done
}

# One script at a time changes the parts of this folder. The lock ends with the script: started servers must close descriptor 9.
lock_parts() {
  if ! { mkdir -p "$PARTS_RUN" && : >>"$PARTS_RUN/lock"; } 2>/dev/null; then
    die "cannot write in $PARTS_RUN: run this as root"
  fi
  exec 9>"$PARTS_RUN/lock"
  flock 9
}
