#!/bin/sh
# Writes zaro-core/src/schema.rs anew from migrations/sqlite; run it after every change of a migration.
set -eu
cd "$(dirname "$0")/.."
ZARO_UPDATE_SCHEMA=1 exec cargo test --quiet -p zaro-core --features testing --test core -- schema_rs_is_what_the_migrations_make
