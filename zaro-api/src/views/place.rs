//! Groups, saved places, and places on the map.

use serde::Serialize;
use utoipa::ToSchema;
use zaro_core::models::favorite::Item;
use zaro_core::models::favorite_group::Group;
use zaro_core::models::place::Place;
use zaro_core::service::place::{PlaceCount, PlaceView};
use zaro_core::types::{FavoriteId, GroupId, PlaceId, Time, UserId, Visibility};

use super::profile_image;

/// `Group`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Group)]
pub struct GroupView {
    group_id: GroupId,
    name: String,
    created_at: Time,
    updated_at: Time,
    group_favorite_count: i32,
    deleted: bool,
    visibility: Visibility,
    position: i32,
}

impl From<Group> for GroupView {
    fn from(group: Group) -> Self {
        Self {
            group_id: group.id,
            name: group.name,
            created_at: group.created_at,
            updated_at: group.updated_at,
            group_favorite_count: group.favorite_count,
            // FV1: what is deleted is in no list.
            deleted: false,
            visibility: group.visibility,
            position: group.position,
        }
    }
}

/// `FavoriteAddResult`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FavoriteAddResult {
    place_name: String,
    place_id: PlaceId,
    memo: Option<String>,
    lat: f64,
    lng: f64,
    address: String,
}

impl FavoriteAddResult {
    /// A place as stored, and the memo of whoever saved it.
    pub fn new(place: Place, memo: Option<String>) -> Self {
        Self {
            place_name: place.name,
            place_id: place.id,
            memo,
            lat: place.lat,
            lng: place.lng,
            address: place.address,
        }
    }
}

/// `Favorite`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Favorite)]
pub struct FavoriteView {
    id: FavoriteId,
    user_id: UserId,
    group_id: GroupId,
    place_id: PlaceId,
    place_name: String,
    lat: f64,
    lng: f64,
    memo: Option<String>,
    created_at: Time,
    updated_at: Time,
    address: String,
    deleted: bool,
}

impl From<Item> for FavoriteView {
    fn from(item: Item) -> Self {
        Self {
            id: item.id,
            user_id: item.user_id,
            group_id: item.group_id,
            place_id: item.place_id,
            place_name: item.place_name,
            lat: item.lat,
            lng: item.lng,
            memo: item.memo,
            created_at: item.created_at,
            updated_at: item.updated_at,
            address: item.address,
            // A deleted favourite is gone.
            deleted: false,
        }
    }
}

/// `PlaceList`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceList {
    total_count: usize,
    place_infos: Vec<PlaceInfo>,
}

/// `PlaceInfo`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlaceInfo {
    place_id: PlaceId,
    kakao_place_id: i64,
    name: String,
    address: String,
    category: String,
    lat: f64,
    lng: f64,
    favorite_count: i64,
}

impl From<Vec<PlaceCount>> for PlaceList {
    fn from(places: Vec<PlaceCount>) -> Self {
        let info = |PlaceCount { place, favorites }: PlaceCount| PlaceInfo {
            place_id: place.id,
            kakao_place_id: place.kakao_place_id,
            name: place.name,
            address: place.address,
            category: place.category,
            lat: place.lat,
            lng: place.lng,
            favorite_count: favorites,
        };
        Self { total_count: places.len(), place_infos: places.into_iter().map(info).collect() }
    }
}

/// `PlaceDetail`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceDetail {
    place_id: PlaceId,
    place_name: String,
    address: String,
    lat: f64,
    lng: f64,
    category: String,
    favorite_count: i64,
    users_info: Vec<PlaceMemo>,
}

/// `PlaceMemo`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlaceMemo {
    user_id: UserId,
    profile_image: Option<String>,
    nickname: String,
    memo: Option<String>,
}

impl From<PlaceView> for PlaceDetail {
    fn from(PlaceView { place, favorites, savers }: PlaceView) -> Self {
        let users_info = savers.into_iter().map(|(member, memo)| PlaceMemo {
            user_id: member.id,
            profile_image: profile_image(member.profile_image.as_deref()),
            nickname: member.nickname,
            memo,
        });
        Self {
            place_id: place.id,
            place_name: place.name,
            address: place.address,
            lat: place.lat,
            lng: place.lng,
            category: place.category,
            favorite_count: favorites,
            users_info: users_info.collect(),
        }
    }
}
