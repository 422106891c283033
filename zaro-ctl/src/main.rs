//! `zaro-ctl`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    zaro_ctl::main()
}
