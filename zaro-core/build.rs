//! Rebuilds when an embedded file changes; the macros that embed them do not tell Cargo.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
    println!("cargo::rerun-if-changed=templates");
}
