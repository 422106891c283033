//! What a test tells a process that it starts.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::TestDb;
use crate::secrets::random;
use crate::types::Time;

/// Environment variables for a process on this test's database and folder: also the keys that only the embedded default
/// makes for itself.
pub fn environment(test_db: &TestDb) -> Vec<(&'static str, String)> {
    let mut variables = vec![
        ("ZARO_DATA_DIR", test_db.folder().display().to_string()),
        ("ZARO_DATABASE_URL", test_db.url().to_owned()),
        ("ZARO_DATABASE_POOL", "4".to_owned()),
        ("RUST_BACKTRACE", "0".to_owned()),
    ];
    if !test_db.db().is_sqlite() {
        for name in ["ZARO_ACCESS_KEY", "ZARO_REFRESH_KEY", "ZARO_MEDIA_KEY"] {
            variables.push((name, BASE64_STANDARD.encode(random::<32>())));
        }
    }
    variables
}

/// The clock offset, in whole seconds, that makes a process with fault points believe it is `wanted`, given that it is
/// `real` now.
pub fn clock_offset(wanted: Time, real: Time) -> String {
    wanted.since(real).num_seconds().to_string()
}
