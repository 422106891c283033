//! One module a resource. A handler takes, in the order of the checks (H6): caller, path, query, body; then it asks
//! for the caller's state, reads the body, and calls one service.

pub mod auth;
pub mod comments;
pub mod exports;
pub mod favorites;
pub mod groups;
pub mod health;
pub mod images;
pub mod likes;
pub mod map;
pub mod notifications;
pub mod posts;
pub mod profile;
pub mod reports;
pub mod sanctions;
pub mod search;
pub mod users;

use crate::envelope::Success;
use crate::error::ApiError;

/// What handlers return.
pub type Answer<T = ()> = Result<Success<T>, ApiError>;
