//! The community, and where on its map people look.

use std::ops::ControlFlow;
use std::path::Path;

use anyhow::Result;
use zaro_core::config::{Config, Sources};
use zaro_core::context::Context;
use zaro_core::db::{Db, migrate};
use zaro_core::service::demo::{self, DemoPlan};

use super::Args;

/// One client asks for everything here, which limits by address and by member would take for an attack.
pub(crate) const POLICY: &str = "\
version = 1

[limits]
searches = { count = 0, seconds = 60 }
place_reads = { count = 0, seconds = 60 }
sign_in_failures = { count = 0, seconds = 60 }
";

/// Fills an empty folder.
pub(crate) fn community(folder: &Path, args: &Args) -> Result<()> {
    let mut sources = Sources::default();
    sources.flag("data_dir", folder.display().to_string());
    let config = Config::read(&sources)?;
    let db = Db::open(&config.database.url, config.database.pool)?;
    migrate::migrate(&db)?;
    let ctx = Context::with_db(&config, db)?;
    let &Args { members, posts, comments, places, .. } = args;
    let plan = DemoPlan { members, posts, comments, places, seed: 1, text: None, now: ctx.now() };
    demo::load(&ctx, &plan, &mut |_| ControlFlow::Continue(()))?;
    Ok(())
}

/// A walk through the demo's towns.
pub(crate) fn spots() -> impl Iterator<Item = String> {
    const TOWNS: [(f64, f64); 4] = [(37.4842, 126.9296), (37.5563, 126.9370), (37.2803, 127.0437), (35.1556, 129.0595)];
    (0..20).map(|step| {
        let (lat, lng) = TOWNS[step % TOWNS.len()];
        let off = f64::from(u32::try_from(step).unwrap_or(0)) * 0.001;
        format!("/api/map/place?lat={:.4}&lng={:.4}&distanceKm=2", lat + off, lng - off)
    })
}
