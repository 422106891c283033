//! `/api/users/…`

mod me;
mod my;
mod nickname;
mod password;
mod profile;
mod profile_image;
mod sessions;
