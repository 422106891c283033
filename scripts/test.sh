#!/bin/bash
# Every check and every test.
#
#   scripts/test.sh            format, lints, docs, and the tests on the embedded stack: needs Rust and a C compiler
#   scripts/test.sh --all      the same, then the tests again on MariaDB and a real mail server (Debian packages, npm),
#                              and five minutes of schemathesis (Python with venv)
set -euo pipefail
cd "$(dirname "$0")/.."
all=false
case ${1:-} in
"") ;;
--all) all=true ;;
*) echo "usage: scripts/test.sh [--all]" >&2; exit 2 ;;
esac

step() { printf '\n== %s\n' "$*"; }

# With --all everything is built once, with the production parts in; the embedded tests then run on that same build.
features=(--features zaro-core/testing,zaro-core/faults,zaro-api/faults,zaro-ctl/faults)
$all && features=(--features zaro-core/testing,zaro-core/faults,zaro-api/faults,zaro-ctl/faults,zaro-core/production,zaro-api/production,zaro-ctl/production)

step "format"
cargo fmt --all --check
step "lints"
cargo clippy --workspace --all-targets "${features[@]}" --quiet -- -D warnings
step "docs"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items "${features[@]}" --quiet
step "tests on the embedded stack"
INSTA_CI=1 cargo test --workspace "${features[@]}"
$all || exit 0

step "tests on MariaDB and a real mail server"
scripts/services.sh start mariadb mail
trap 'scripts/services.sh stop mariadb mail' EXIT
export TEST_DATABASE_URL="mysql://zaro:zaro-dev@127.0.0.1:${MARIADB_PORT:-13306}/zaro"
export TEST_SMTP_PORT="${SMTP_PORT:-11025}" TEST_MAIL_WEB_PORT="${MAIL_WEB_PORT:-11080}"
INSTA_CI=1 cargo test --workspace "${features[@]}"

step "schemathesis"
scripts/fuzz.sh --binary target/debug/zaro-api --minutes 5 --seed "${FUZZ_SEED:-1}"
