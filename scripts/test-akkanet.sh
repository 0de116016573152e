#!/usr/bin/env bash
# Builds the whole program on Akka.NET instead of the bundled actor engine, and runs the tests of the command palettes and the behaviour specs on it.
# Builds and lock files lie in bin/AkkaNet and obj/AkkaNet, beside those of the bundled engine. Arguments go to dotnet test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dotnet build src/Meditron.Cli -c Release -v quiet --nologo -p:ActorEngine=AkkaNet
for project in tests/Meditron.Cmd.Tests tests/Meditron.Actors.Tests; do
    dotnet test "$project" -c Release -v quiet --nologo -p:ActorEngine=AkkaNet "$@"
done
