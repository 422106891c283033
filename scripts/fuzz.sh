#!/bin/bash
# Fuzzes the running API with schemathesis, all checks on: signed in, then anonymous. Any finding is an exit of 1.
#
#   scripts/fuzz.sh [--minutes N] [--seed S] [--binary FILE]
#
#   --minutes N      how long both together run (5)
#   --seed S         what is generated; the one that was used is printed
#   --binary FILE    this zaro-api instead of building one
#
# It starts a daemon of its own on loopback with a demo community in a temporary folder and needs python3 with venv.
# scripts/fuzz/exceptions.py lists, each with its reason, the answers that schemathesis dislikes and the contract wants.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=
options=()
while [ $# -gt 0 ]; do
    case $1 in
    --minutes | --seed) [ $# -ge 2 ] || { echo "$1 needs a number" >&2; exit 2; }; options+=("$1" "$2"); shift 2 ;;
    --binary) [ $# -ge 2 ] || { echo "$1 needs a file" >&2; exit 2; }; binary=$2; shift 2 ;;
    -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;;
    *) echo "usage: scripts/fuzz.sh [--minutes N] [--seed S] [--binary FILE]" >&2; exit 2 ;;
    esac
done

if [ -z "$binary" ]; then
    cargo build -p zaro-api
    binary=target/debug/zaro-api
fi

venv=target/fuzz/venv
pins=scripts/fuzz/requirements.txt
if ! cmp -s "$pins" "$venv/installed.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$pins"
    cp "$pins" "$venv/installed.txt"
fi
# Nothing of Python's own beside the sources.
export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" scripts/fuzz/main.py --binary "$binary" "${options[@]}"
