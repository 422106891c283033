#!/bin/sh
# What the member lifecycle costs at scale, as one table; see zaro-ctl/benches/lifecycle.rs.
#
#   scripts/bench.sh [--members N] [--keep DIR] [--only PART]
set -eu
cd "$(dirname "$0")/.."
cargo build --release -p zaro-api
exec cargo bench -p zaro-ctl --bench lifecycle -- "$@"
