//! What a load wrote.

use std::collections::BTreeMap;

use serde::Serialize;

use super::members::Belongings;
use crate::policy::account::AccountDecision;
use crate::types::{Status, Time};

/// What a load wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoReport {
    /// The plan's.
    pub seed: u64,
    /// The plan's; the counts of what is due are those of this instant.
    pub now: Time,
    /// Stopped before the end; the database holds a part of a community.
    pub interrupted: bool,
    /// All members.
    pub members: u64,
    /// Members by state.
    pub by_status: BTreeMap<Status, u64>,
    /// Members who are DELETED and emptied.
    pub anonymised: u64,
    /// Members whom the next sweep changes.
    pub due: Due,
    /// First groups.
    pub groups: u64,
    /// Live sessions.
    pub sessions: u64,
    /// Verification links.
    pub links: u64,
    /// Dormancy notices.
    pub notices: u64,
    /// Mails.
    pub mails: u64,
    /// Rows of the withdrawal history.
    pub withdrawals: u64,
    /// Follows.
    pub follows: u64,
    /// Posts.
    pub posts: u64,
    /// Pictures of posts.
    pub images: u64,
    /// Likes.
    pub likes: u64,
    /// Comments.
    pub comments: u64,
    /// Places.
    pub places: u64,
    /// Saves of places.
    pub favorites: u64,
}

/// How many members each rule of the lifecycle is due for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Due {
    /// L3.
    pub purge: u64,
    /// L4.
    pub notice: u64,
    /// L5.
    pub dormancy: u64,
    /// L7.
    pub soft_delete: u64,
    /// L9.
    pub anonymise: u64,
}

impl Due {
    /// All of them.
    pub const fn total(&self) -> u64 {
        self.purge + self.notice + self.dormancy + self.soft_delete + self.anonymise
    }

    pub(super) const fn add(&mut self, decision: AccountDecision) {
        match decision {
            AccountDecision::Keep => {}
            AccountDecision::Purge => self.purge += 1,
            AccountDecision::SendDormancyNotice => self.notice += 1,
            AccountDecision::MakeDormant => self.dormancy += 1,
            AccountDecision::SoftDelete => self.soft_delete += 1,
            AccountDecision::Anonymise => self.anonymise += 1,
        }
    }
}

impl DemoReport {
    pub(super) fn new(seed: u64, now: Time) -> Self {
        Self {
            seed,
            now,
            interrupted: false,
            members: 0,
            by_status: Status::ALL.iter().map(|status| (*status, 0)).collect(),
            anonymised: 0,
            due: Due::default(),
            groups: 0,
            sessions: 0,
            links: 0,
            notices: 0,
            mails: 0,
            withdrawals: 0,
            follows: 0,
            posts: 0,
            images: 0,
            likes: 0,
            comments: 0,
            places: 0,
            favorites: 0,
        }
    }

    pub(super) fn add_belongings(&mut self, belongings: Belongings) {
        self.groups += belongings.groups as u64;
        self.sessions += belongings.sessions as u64;
        self.links += belongings.links as u64;
        self.mails += belongings.mails as u64;
        self.notices += belongings.notices as u64;
        self.withdrawals += belongings.withdrawals as u64;
    }
}
