//! `/api/users/…`

mod appeals;
mod export;
mod me;
mod my;
mod nickname;
mod password;
mod profile;
mod profile_image;
mod sanctions;
mod sessions;
