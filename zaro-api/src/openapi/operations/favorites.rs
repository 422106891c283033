//! Groups and the places saved in them (FV1 to FV13).

use serde_json::{Value, json};
use zaro_core::Code as C;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::types::Visibility;

use crate::openapi::operation::{Operation, delete, get, patch, post};
use crate::openapi::parameter::{id, needed};
use crate::openapi::payload::{list, nothing, one};
use crate::openapi::value::{fields, filled, optional_text, or_blank, word};
use crate::views::{FavoriteAddResult, FavoriteView, GroupView};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("/api/group/user/{userId}/group", "listUserGroups", "Groups of any member", "FV1, FV6, H11")
            .with(id("userId", "member id"))
            .ok("Plain array, by id", list::<GroupView>())
            .refuses(&[C::UserNotFound, C::RateLimited]),
        get("/api/group", "listMyGroups", "Groups of the caller", "FV1").ok("Plain array, by id", list::<GroupView>()),
        post("/api/group", "createGroup", "Create a group", "FV2, FV3")
            .takes("GroupRequest", new_group())
            .writes(WhileSuspended::Refused)
            .ok("Created (status 200)", one::<GroupView>())
            .refuses(&[
                C::GroupNameRequired,
                C::GroupNameTooLong,
                C::InvalidEnum,
                C::GroupAlreadyExist,
                C::GroupLimitReached,
                C::RateLimited,
            ]),
        patch("/api/group/{groupId}", "updateGroup", "Rename one's own group, or change who sees it", "FV3, FV4")
            .with(id("groupId", "group id"))
            .takes("GroupUpdateRequest", changed_group())
            .writes(WhileSuspended::Refused)
            .ok("Changed", nothing())
            .refuses(&[
                C::GroupNameRequired,
                C::GroupNameTooLong,
                C::InvalidEnum,
                C::UnauthorizedGroupUpdate,
                C::GroupNotFound,
                C::GroupAlreadyExist,
                C::RateLimited,
            ]),
        delete("/api/group/{groupId}", "deleteGroup", "Delete one's own group with its favourites", "FV5")
            .with(id("groupId", "group id"))
            .writes(WhileSuspended::Allowed)
            .ok("Deleted", nothing())
            .refuses(&[C::UnauthorizedGroupDelete, C::GroupNotFound, C::GroupAlreadyDelete, C::RateLimited]),
        post(
            "/api/favorite/groups/{groupId}/favorites",
            "addFavorite",
            "Save a place in one's own group",
            "FV2, FV7 to FV10, H9",
        )
        .with(id("groupId", "group id"))
        .takes("FavoriteAddRequest", new_favorite())
        .writes(WhileSuspended::Refused)
        .ok("Saved", one::<FavoriteAddResult>())
        .refuses(&[
            C::MemoTooLong,
            C::UnauthorizedGroupUpdate,
            C::GroupNotFound,
            C::FavoriteAlreadyExists,
            C::FavoriteLimitReached,
            C::RateLimited,
        ]),
        get("/api/favorite/{groupId}/items", "listGroupItems", "Favourites of a group", "FV6, FV12, H11")
            .with(id("groupId", "group id"))
            .ok("Plain array, newest first; may be empty", list::<FavoriteView>())
            .refuses(&[C::GroupNotFound, C::RateLimited]),
        patch("/api/favorite/{favoriteId}", "updateMemo", "Change the memo of one's own favourite", "FV10")
            .with(id("favoriteId", "favourite id"))
            .takes("MemoRequest", fields(&[], json!({ "memo": memo() })))
            .writes(WhileSuspended::Refused)
            .ok("Changed", nothing())
            .refuses(&[C::MemoTooLong, C::UnauthorizedFavoriteUpdate, C::FavoriteNotFound, C::RateLimited]),
        delete("/api/favorite/{favoriteId}", "deleteFavorite", "Remove one's own favourite", "FV11")
            .with(id("favoriteId", "favourite id"))
            .writes(WhileSuspended::Allowed)
            .ok("Removed", nothing())
            .refuses(&[C::UnauthorizedFavoriteDelete, C::FavoriteNotFound, C::RateLimited]),
        get("/api/favorite/check", "checkFavorite", "Has the caller saved the place", "FV13")
            .with(needed("placeId", json!({ "type": "integer", "format": "int64" }), "internal place id"))
            .ok("A plain boolean", one::<bool>())
            .refuses(&[C::InvalidRequest, C::PlaceNotFound]),
    ]
}

fn visibility() -> Value {
    word(Visibility::ALL.iter().map(|visibility| visibility.as_str()))
}

fn new_group() -> Value {
    fields(&["groupName"], json!({ "groupName": filled(50), "visibility": or_blank(visibility()) }))
}

fn changed_group() -> Value {
    let position = json!({ "type": "integer", "format": "int32", "minimum": 0 });
    let mut schema = fields(&[], json!({ "groupName": filled(50), "visibility": visibility(), "position": position }));
    schema["anyOf"] =
        json!([{ "required": ["groupName"] }, { "required": ["visibility"] }, { "required": ["position"] }]);
    schema
}

fn memo() -> Value {
    json!({ "type": ["string", "null"], "maxLength": 255 })
}

/// H9: a number, or the digits of one.
fn degrees() -> Value {
    json!({ "oneOf": [{ "type": "number" }, { "type": "string", "pattern": r"^-?\d+(\.\d+)?$" }] })
}

fn new_favorite() -> Value {
    let id = json!({
        "oneOf": [
            { "type": "integer", "format": "int64", "minimum": 1 },
            { "type": "string", "pattern": r"^\d{1,16}$" },
        ],
    });
    fields(
        &["kakaoPlaceId", "placeName", "lat", "lng"],
        json!({
            "kakaoPlaceId": id,
            "memo": memo(),
            "placeName": filled(255),
            "address": memo(),
            "lat": degrees(),
            "lng": degrees(),
            "category": optional_text(),
        }),
    )
}
