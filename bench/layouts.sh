#!/usr/bin/env bash
# Invariant I1 with real processes: SHA-256 of all weights after 50 steps over layouts, schedules, transports, threads and types. Some minutes.
exec "$(dirname "$0")/parallel.sh" layouts "$@"
