//! Popular posts: one ranking in the database, computed by whoever asks first, read by everybody (RK1 to RK5).

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::models::rank_snapshot::{self, Snapshot};
use crate::models::ranking::{self, Got, Popular};
use crate::policy::ranking::{Entry, Points, SHOWN, WINDOW, baseline_place, hour_of, rank, serves};
use crate::types::{PostId, RankKind, Time};

/// A popular post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankedPost {
    /// The post as it is now.
    pub post: Popular,
    /// RK5: 1-based place at the last full hour, or the present one.
    pub baseline: i32,
    /// 1-based place.
    pub place: i32,
}

/// RK2, RK4, RK5: the best posts that are visible now, with the places of the shared ranking.
pub fn popular(ctx: &Context) -> Result<Vec<RankedPost>> {
    let ranking = shared(ctx)?;
    ctx.db.read(|connection| {
        let baseline = rank_snapshot::latest_hour(connection)?.map_or(Ok(Vec::new()), |hour| read(&hour))?;
        let ids: Vec<i64> = ranking.iter().map(|entry| entry.post_id).collect();
        let posts = ranking::popular(connection, &ids)?;
        let placed = (1..).zip(&ranking).filter_map(|(place, entry)| {
            let post = posts.iter().find(|post| post.id.0 == entry.post_id)?.clone();
            Some(RankedPost { baseline: baseline_place(&baseline, post.id, place), place, post })
        });
        Ok(placed.take(SHOWN).collect())
    })
}

/// RK5: keeps the ranking of a full hour as the baseline; false when it is kept already.
pub(crate) fn keep_hour(connection: &mut Connection, now: Time) -> Result<bool> {
    let hour = hour_of(now);
    let entries = write(&compute(connection, hour)?)?;
    rank_snapshot::insert(connection, RankKind::Hourly, Some(hour), hour, &entries)
}

/// RK5: whether the ranking of the last full hour is still to be kept. An empty one is, too, where it would otherwise be
/// an older one that changes are told against.
pub(crate) fn is_hour_due(connection: &mut Connection, now: Time) -> Result<bool> {
    let hour = hour_of(now);
    Ok(match rank_snapshot::latest_hour(connection)? {
        Some(latest) if latest.slot_at >= hour => false,
        Some(latest) if !read(&latest)?.is_empty() => true,
        _ => !compute(connection, hour)?.is_empty(),
    })
}

/// RK4: the ranking of the database, computed anew by one of those who find it too old.
fn shared(ctx: &Context) -> Result<Vec<Entry>> {
    let now = ctx.now();
    let found = ctx.db.read(rank_snapshot::current)?;
    if let Some(snapshot) = &found
        && serves(now).contains(&snapshot.computed_at)
    {
        return read(snapshot);
    }
    let claimed = match found {
        Some(_) => ctx.db.write_tx(|connection| rank_snapshot::claim(connection, now, &serves(now)))?,
        // The very first one is not claimed: until it is there, nobody has anything to show.
        None => true,
    };
    if claimed {
        let entries = ctx.db.read(|connection| compute(connection, now))?;
        let written = write(&entries)?;
        let is_ours = ctx.db.write_tx(|connection| match found {
            Some(_) => rank_snapshot::write(connection, now, &written),
            None => rank_snapshot::insert(connection, RankKind::Current, None, now, &written),
        })?;
        if is_ours {
            return Ok(entries);
        }
    }
    // Somebody else computes it; what is there may be what they have just written.
    ctx.db.read(rank_snapshot::current)?.map_or(Ok(Vec::new()), |snapshot| read(&snapshot))
}

/// RK1, RK2 at one instant.
fn compute(connection: &mut Connection, at: Time) -> Result<Vec<Entry>> {
    let edge = at.minus(WINDOW);
    let likes = ranking::likes(connection, edge, at)?;
    let comments = ranking::comments(connection, edge, at)?;
    let points = |got: Vec<Got>| -> Vec<Points> {
        let points = |got: Got| Points {
            post: PostId(got.post_id),
            created_at: Time::from_micros(got.created_at),
            micros: got.micros,
        };
        got.into_iter().map(points).collect()
    };
    Ok(rank(&points(likes), &points(comments)))
}

fn read(snapshot: &Snapshot) -> Result<Vec<Entry>> {
    serde_json::from_str(&snapshot.entries).map_err(|error| Error::Internal(format!("a stored ranking: {error}")))
}

fn write(entries: &[Entry]) -> Result<String> {
    serde_json::to_string(entries).map_err(|error| Error::Internal(format!("a ranking to be stored: {error}")))
}
