//! Saving places, noting something about them, letting them go (FV7 to FV13).

use serde::Deserialize;

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Error, Result};
use crate::models::favorite::{self, FavoriteRow, Item, NewFavorite};
use crate::models::favorite_group;
use crate::models::place::{self, NewPlace, Place};
use crate::policy::account::WhileSuspended;
use crate::policy::favorite::{Change, FAVORITES_MAX, check_memo};
use crate::policy::field::{Form, Input};
use crate::policy::place::{
    Degrees, KakaoPlaceId, Point, cell_of, contradicts, is_lat, is_lng, parse_category, parse_text,
};
use crate::policy::{favorite as rules, group};
use crate::service::actor::require_active;
use crate::service::group::facts;
use crate::service::limit::take_if_counted;
use crate::service::place::resolve;
use crate::types::{FavoriteId, GroupId, PlaceId, PlaceSource, Time, UserId, Visibility};

/// Body of a save.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FavoriteDraft {
    /// Id at Kakao.
    pub kakao_place_id: Input<KakaoPlaceId>,
    /// What the member notes.
    pub memo: Input,
    /// Name of the place.
    pub place_name: Input,
    /// Its address.
    pub address: Input,
    /// Where it lies.
    pub lat: Input<Degrees>,
    /// Where it lies.
    pub lng: Input<Degrees>,
    /// Kakao's category group code.
    pub category: Input,
}

/// Body of a change of a memo.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct MemoDraft {
    /// What the member notes; nothing clears.
    pub memo: Input,
}

/// What a save says of its place.
#[derive(Clone, Debug)]
struct Said {
    kakao: i64,
    name: String,
    address: String,
    category: &'static str,
    point: Point,
}

/// RL: counts a try to change favourites, whatever becomes of it.
pub fn count_try(ctx: &Context, actor: UserId) -> Result<()> {
    take_if_counted(ctx, &format!("favorites:{actor}"), &[ctx.policy.limits.favorites])
}

/// FV7 to FV9: saves a place in one's own group; tells the place as stored.
pub fn add(ctx: &Context, actor: UserId, id: GroupId, draft: &FavoriteDraft) -> Result<(Place, Option<String>)> {
    let now = ctx.now();
    let (said, memo) = draft.check()?;
    ctx.db.write_tx(|connection| {
        require_active(connection, actor, WhileSuspended::Refused, now)?;
        let state = favorite_group::state(connection, id)?;
        let group = group::may_change(state.map(facts), actor)?;
        let place = find_or_make(connection, actor, &said, now)?;
        if favorite::exists(connection, actor, place.id)? {
            return Err(Error::from(Code::FavoriteAlreadyExists));
        }
        if state.is_some_and(|state| i64::from(state.favorite_count) >= FAVORITES_MAX) {
            return Err(Code::FavoriteLimitReached.into());
        }
        let new = NewFavorite {
            user_id: actor,
            group_id: id,
            place_id: place.id,
            memo: memo.clone(),
            created_at: now,
            updated_at: now,
        };
        favorite::insert(connection, &new)?;
        count(connection, id, group.visibility, place.id, 1)?;
        Ok((place, memo.clone()))
    })
}

/// FV9: the place that was said, held; made if nobody saved it before, disputed if others said otherwise.
fn find_or_make(connection: &mut Connection, actor: UserId, said: &Said, now: Time) -> Result<Place> {
    let known = if let Some(known) = place::find_by_kakao(connection, said.kakao)? {
        known
    } else {
        place::insert_new(connection, &said.new_place(actor, now))?;
        let made = place::find_by_kakao(connection, said.kakao)?;
        made.ok_or_else(|| Error::Internal(format!("the place {} was made and is not there", said.kakao)))?
    };
    let stored = Point { lat: known.lat, lng: known.lng };
    if contradicts((&known.name, stored), (&said.name, said.point)) {
        place::dispute(connection, known.id, now)?;
    }
    hold(connection, known.id)
}

/// The place with this id, held until the transaction ends; a merged one answers as the one it was merged into.
fn hold(connection: &mut Connection, mut id: PlaceId) -> Result<Place> {
    loop {
        place::hold(connection, &[id])?;
        let found = place::find(connection, id)?.ok_or_else(|| Error::from(Code::PlaceNotFound))?;
        match found.merged_into_id {
            // Merged while we waited for it.
            Some(into) => id = into,
            None => return Ok(found),
        }
    }
}

/// CT1: both counters of a favourite that comes or goes.
fn count(connection: &mut Connection, group: GroupId, seen_by: Visibility, place: PlaceId, by: i32) -> Result<()> {
    favorite_group::move_count(connection, group, by)?;
    match seen_by {
        Visibility::Public => place::move_counts(connection, &[place], by),
        Visibility::Private => Ok(()),
    }
}

/// FV10: changes the memo of one's own favourite.
pub fn set_memo(ctx: &Context, actor: UserId, id: FavoriteId, draft: &MemoDraft) -> Result<()> {
    let now = ctx.now();
    let memo = draft.check()?;
    ctx.db.write_tx(|connection| {
        require_active(connection, actor, WhileSuspended::Refused, now)?;
        own(connection, actor, id, Change::Memo)?;
        if favorite::set_memo(connection, id, memo.as_deref(), now)? {
            Ok(())
        } else {
            Err(Code::FavoriteNotFound.into())
        }
    })
}

/// FV11: removes one's own favourite, once.
pub fn delete(ctx: &Context, actor: UserId, id: FavoriteId) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        require_active(connection, actor, WhileSuspended::Allowed, now)?;
        let (row, seen_by) = own(connection, actor, id, Change::Delete)?;
        place::hold(connection, &[row.place_id])?;
        if !favorite::delete(connection, id)? {
            return Err(Code::FavoriteNotFound.into());
        }
        count(connection, row.group_id, seen_by, row.place_id, -1)
    })
}

/// The favourite if it is the actor's, and who sees the group it lies in.
fn own(
    connection: &mut Connection,
    actor: UserId,
    id: FavoriteId,
    change: Change,
) -> Result<(FavoriteRow, Visibility)> {
    let found = favorite::find(connection, id)?.ok_or_else(|| Error::from(Code::FavoriteNotFound))?;
    let group = favorite_group::state(connection, found.group_id)?;
    rules::may_change(group.map(facts), actor, change)?;
    Ok((found, group.map_or(Visibility::Private, |group| group.visibility)))
}

/// FV12: what a group holds, newest first.
pub fn items(ctx: &Context, viewer: Option<UserId>, id: GroupId) -> Result<Vec<Item>> {
    ctx.db.read(|connection| {
        group::may_read(favorite_group::state(connection, id)?.map(facts), viewer)?;
        favorite::items(connection, id, FAVORITES_MAX)
    })
}

/// FV13: whether the caller has saved a place.
pub fn check(ctx: &Context, viewer: UserId, id: PlaceId) -> Result<bool> {
    ctx.db.read(|connection| {
        let place = resolve(connection, id)?;
        favorite::exists(connection, viewer, place.id)
    })
}

impl Said {
    fn new_place(&self, actor: UserId, now: Time) -> NewPlace {
        NewPlace {
            kakao_place_id: self.kakao,
            name: self.name.clone(),
            address: self.address.clone(),
            category: self.category.to_owned(),
            lat: self.point.lat,
            lng: self.point.lng,
            cell: cell_of(self.point),
            source: PlaceSource::Submitted,
            created_by: Some(actor),
            created_at: now,
            updated_at: now,
        }
    }
}

impl FavoriteDraft {
    fn check(&self) -> Result<(Said, Option<String>)> {
        let mut form = Form::new();
        let kakao = form.value("kakaoPlaceId", &self.kakao_place_id);
        let memo = form.optional("memo", &self.memo, check_memo);
        let name = form.required("placeName", &self.place_name, Code::InvalidRequest, parse_text);
        let address = form.optional("address", &self.address, parse_text);
        let lat = degrees(&mut form, "lat", &self.lat, is_lat);
        let lng = degrees(&mut form, "lng", &self.lng, is_lng);
        let category = form.optional("category", &self.category, |text| Ok(text.to_owned()));
        form.finish()?;
        let (Some(kakao), Some(name), Some(lat), Some(lng)) = (kakao, name, lat, lng) else {
            return Err(Code::InvalidRequest.into());
        };
        let point = Point::new(lat, lng)?;
        let category = parse_category(category.as_deref());
        Ok((Said { kakao: kakao.0, name, address: address.unwrap_or_default(), category, point }, memo))
    }
}

fn degrees(form: &mut Form, field: &'static str, input: &Input<Degrees>, in_range: fn(f64) -> bool) -> Option<f64> {
    let degrees = form.value(field, input)?.0;
    if !in_range(degrees) {
        form.fail(field, Code::InvalidRequest);
        return None;
    }
    Some(degrees)
}

impl MemoDraft {
    fn check(&self) -> Result<Option<String>> {
        let mut form = Form::new();
        let memo = form.optional("memo", &self.memo, check_memo);
        form.finish()?;
        Ok(memo)
    }
}
