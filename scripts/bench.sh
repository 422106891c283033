#!/bin/sh
# What things cost at scale, as one table.
#
#   scripts/bench.sh [--members N] [--keep DIR] [--only PART]    the member lifecycle; see zaro-ctl/benches/lifecycle.rs
#   scripts/bench.sh community [--posts N] [--keep DIR] […]      pages and search; see zaro-api/benches/community.rs
#   scripts/bench.sh streams [--streams N] […]                   event streams; see zaro-api/benches/streams.rs
#   scripts/bench.sh desk [--reports N]                          the operators' screens and commands; see zaro-ctl/benches/desk.rs
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in
streams | community)
    bench=$1
    shift
    exec cargo bench -p zaro-api --bench "$bench" -- "$@"
    ;;
desk)
    shift
    exec cargo bench -p zaro-ctl --bench desk -- "$@"
    ;;
esac
cargo build --release -p zaro-api
exec cargo bench -p zaro-ctl --bench lifecycle -- "$@"
