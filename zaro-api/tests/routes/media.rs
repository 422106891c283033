//! `/media/images/{kind}/{file}`

mod get;
mod put;
