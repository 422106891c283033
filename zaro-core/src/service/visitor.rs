//! Reading that is counted by where it comes from, because who reads need not be known (RL).

use std::net::IpAddr;

use crate::context::Context;
use crate::error::Result;
use crate::service::limit::take_if_counted;

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The map.
    Places,
    /// The groups of a member.
    Groups,
    /// What a group holds.
    Items,
    /// A search.
    Searches,
    /// What a search could be while it is typed.
    Suggestions,
}

/// RL: counts a reading from this address; while the token store is away nobody is refused (H17).
pub fn count(ctx: &Context, reading: Reading, address: IpAddr) -> Result<()> {
    let limits = &ctx.policy.limits;
    let (name, limit) = match reading {
        Reading::Places => ("place-reads", limits.place_reads),
        Reading::Groups => ("group-reads", limits.group_reads),
        Reading::Items => ("item-reads", limits.item_reads),
        Reading::Searches => ("search", limits.searches),
        Reading::Suggestions => ("suggest", limits.searches),
    };
    take_if_counted(ctx, &format!("{name}:{address}"), &[limit])
}
