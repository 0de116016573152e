#!/usr/bin/env bash
# Installs what is missing (Debian packages, with sudo where not root), builds native/ and restores the NuGet packages.
# --tests: also installs what only tests need, a PostgreSQL of which no server is started, and ip for network namespaces.
# Quiet, idempotent, and fast when there is nothing to do.
set -euo pipefail
cd "$(dirname "$0")/.."

log=artifacts/setup.log
mkdir -p artifacts
fail() { echo "setup: $1" >&2; echo "setup: the last lines of $log:" >&2; tail -n 20 "$log" >&2; exit 1; }

if ! command -v dotnet >/dev/null 2>&1; then
  echo "setup: the .NET 10 SDK is not on the PATH; install it (https://dot.net) and run this again." >&2
  exit 1
fi

# libopenblas0-pthread: libtorch's fp32 products outside our kernels fall to the reference BLAS without it, forty times slower.
packages=(g++ cmake ninja-build libdnnl-dev libsentencepiece-dev libopenblas0-pthread)
[ -n "${LIBTORCH:-}" ] || packages+=(libtorch-dev libgloo-dev)
tests=false
[ "${1:-}" != --tests ] || tests=true
! $tests || packages+=(postgresql iproute2)
missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$state" = "install ok installed" ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "setup: installing ${missing[*]}"
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || { echo "setup: not root and no sudo; install these packages first: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  # Debian's package makes a database cluster and starts its server, unless it is told not to; tests start servers of their own.
  if [[ " ${missing[*]} " == *" postgresql "* ]]; then
    "${as_root[@]}" mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" | "${as_root[@]}" tee /etc/postgresql-common/createcluster.d/no-main-cluster.conf >/dev/null
  fi
  "${as_root[@]}" apt-get update -qq >"$log" 2>&1 || fail "apt-get update failed"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >>"$log" 2>&1 \
    || fail "apt-get could not install: ${missing[*]}"
fi

scripts/build-native.sh
dotnet restore Meditron.Actors.sln --locked-mode -v q --nologo >"$log" 2>&1 || fail "dotnet restore failed"
# Compiles the command line ahead (build/Precompile.targets); what is built without it works, and takes longer to start.
dotnet restore build/Precompiler/Precompiler.csproj -v q --nologo >"$log" 2>&1 || echo "setup: no precompiler for this SDK ($log); every process takes half a second more to start"
