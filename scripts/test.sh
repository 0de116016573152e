#!/usr/bin/env bash
# Sets up, builds and runs every test; ends with one line 'N passed, N failed, N skipped' over all test projects.
# Arguments are passed on to dotnet test, e.g. --filter Category=Soak.
set -uo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh --tests || exit 1
dotnet build Meditron.Actors.sln -c Release --no-restore -v q --nologo || exit 1

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
arguments=("$@")
[ ${#arguments[@]} -gt 0 ] || arguments=(--filter "Category!=Soak")
status=0
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  echo "== $name"
  dotnet test "$project" -c Release --no-build --nologo --results-directory "$results" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
    --blame-hang-timeout 10m -v q "${arguments[@]}" || status=1
done

# A .trx counts what ran in <Counters total=".." executed=".." passed=".." failed=".." .../>; skipped tests were not executed.
read -r passed failed skipped < <(
  cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | awk '
    { total = passed = failed = executed = 0
      for (i = 2; i <= NF; i++) { split($i, pair, "\""); if (pair[1] == "total=") total = pair[2]; if (pair[1] == "executed=") executed = pair[2]
        if (pair[1] == "passed=") passed = pair[2]; if (pair[1] == "failed=") failed = pair[2] }
      p += passed; f += failed; s += total - executed }
    END { print p + 0, f + 0, s + 0 }')
[ "$failed" -eq 0 ] || status=1
[ "$passed" -gt 0 ] || status=1
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
