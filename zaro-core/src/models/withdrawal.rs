//! Table `withdrawal_history`: why people leave; nothing in it leads back to a member.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::withdrawal_history;
use crate::types::{Gender, Provider, WithdrawalKind};

/// One withdrawal.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = withdrawal_history, treat_none_as_default_value = false)]
pub struct NewWithdrawal {
    /// Who ended the membership.
    pub kind: WithdrawalKind,
    /// In the member's words.
    pub reason: Option<String>,
    /// Seoul date.
    pub withdrawn_on: NaiveDate,
    /// `10s` … `60+`.
    pub age_band: Option<String>,
    /// Gender.
    pub gender: Option<Gender>,
    /// MBTI type.
    pub mbti: Option<String>,
    /// How the account was made.
    pub provider: Provider,
    /// Whole months since sign-up.
    pub months_member: i32,
    /// Whole months since the start of living alone.
    pub months_alone: Option<i32>,
}

/// Writes rows of the history.
pub fn insert(connection: &mut Connection, rows: &[NewWithdrawal]) -> Result<()> {
    for part in rows.chunks(1000) {
        dialect::insert_many!(connection, withdrawal_history::table, part)?;
    }
    Ok(())
}
