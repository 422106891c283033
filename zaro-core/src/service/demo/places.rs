//! Places that members saved: most near the middle of a city, few of them saved often.

use std::collections::BTreeMap;
use std::ops::Range;

use diesel::prelude::*;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::calendar::Calendar;
use super::dice::{Dice, Subject, a_while, pick, zipf};
use super::rows::{Bulk as _, FavoriteRow, PlaceRow};
use crate::db::Connection;
use crate::error::Result;
use crate::policy::place::{Point, cell_of};
use crate::schema::{favorite_groups, users};
use crate::types::{GroupId, PlaceId, PlaceSource, Status, UserId};

/// Ids in one statement.
const PER_STATEMENT: usize = 1000;
/// Most members that one place is saved by.
const SAVED_MAX: u64 = 64;
/// Kakao's numbers start here, so that they look like theirs.
const FIRST_KAKAO_ID: i64 = 8_000_000;

/// Where many people live alone, in degrees, and what it is called.
const TOWNS: [(f64, f64, &str); 8] = [
    (37.4842, 126.9296, "서울 관악구 신림동"),
    (37.5563, 126.9370, "서울 서대문구 신촌동"),
    (37.5404, 127.0692, "서울 광진구 화양동"),
    (37.5894, 127.0323, "서울 성북구 안암동"),
    (37.2803, 127.0437, "경기 수원시 원천동"),
    (36.3624, 127.3449, "대전 유성구 궁동"),
    (35.1556, 129.0595, "부산 부산진구 전포동"),
    (35.1764, 126.9065, "광주 북구 용봉동"),
];
/// What is there: Kakao's category group code, and names.
const KINDS: [(&str, [&str; 3]); 5] = [
    ("FD6", ["혼밥식당", "백반집", "국숫집"]),
    ("CE7", ["골목카페", "늦은밤카페", "작업실카페"]),
    ("CS2", ["24시 편의점", "모퉁이 편의점", "역앞 편의점"]),
    ("MT1", ["동네마트", "알뜰마트", "새벽마트"]),
    ("ETC", ["코인빨래방", "무인세탁소", "수선집"]),
];

/// First groups of ACTIVE members, whose favourites everybody may see.
pub(super) struct Shelves {
    groups: Vec<(UserId, GroupId)>,
    saved: BTreeMap<GroupId, i32>,
}

impl Shelves {
    pub(super) fn load(connection: &mut Connection) -> Result<Self> {
        let groups = favorite_groups::table
            .inner_join(users::table)
            .filter(users::status.eq(Status::Active))
            .order(users::id.asc())
            .select((users::id, favorite_groups::id))
            .load(connection)?;
        Ok(Self { groups, saved: BTreeMap::new() })
    }

    /// Whether there is nobody who could save anything.
    pub(super) const fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Writes how many favourites each group holds.
    pub(super) fn write_counts(&self, connection: &mut Connection) -> Result<()> {
        let mut by_count: BTreeMap<i32, Vec<GroupId>> = BTreeMap::new();
        for (group, count) in &self.saved {
            by_count.entry(*count).or_default().push(*group);
        }
        for (count, groups) in by_count {
            for part in groups.chunks(PER_STATEMENT) {
                diesel::update(favorite_groups::table.filter(favorite_groups::id.eq_any(part)))
                    .set(favorite_groups::favorite_count.eq(count))
                    .execute(connection)?;
            }
        }
        Ok(())
    }
}

/// Rows of some places.
#[derive(Default)]
pub(super) struct Places {
    places: Vec<PlaceRow>,
    favorites: Vec<FavoriteRow>,
}

impl Places {
    pub(super) fn of(batch: Range<usize>, dice: &Dice, calendar: &Calendar, shelves: &mut Shelves) -> Self {
        let mut rows = Self::default();
        for number in batch {
            rows.add(number as u64, &mut dice.of(Subject::Place, number as u64), calendar, shelves);
        }
        rows
    }

    fn add(&mut self, number: u64, rng: &mut ChaCha8Rng, calendar: &Calendar, shelves: &mut Shelves) {
        let id = PlaceId(i64::try_from(number).unwrap_or(i64::MAX - 1) + 1);
        let (lat, lng, town) = pick(rng, &TOWNS);
        let (category, names) = pick(rng, &KINDS);
        // The sum of three is near the middle more often than not: about a kilometre and a half to each side.
        let mut off = || (0..3).map(|_| rng.random_range(-0.007..0.007)).sum::<f64>();
        let point = Point { lat: lat + off(), lng: lng + off() };
        let created_at = calendar.now.minus(a_while(rng, chrono::TimeDelta::hours(1), 13));
        let members = shelves.groups.len() as u64;
        let wanted = (1 + zipf(rng, SAVED_MAX) / 8).min(members);
        let first = rng.random_range(0..members);
        let before = self.favorites.len();
        for place in 0..wanted {
            let (user_id, group_id) = shelves.groups[usize::try_from((first + place * 7) % members).unwrap_or(0)];
            // Seven steps may come round to the same member in a small community.
            if self.favorites[before..].iter().any(|row| row.user_id == user_id) {
                continue;
            }
            *shelves.saved.entry(group_id).or_default() += 1;
            self.favorites.push(FavoriteRow { user_id, group_id, place_id: id, created_at, updated_at: created_at });
        }
        let saved = self.favorites.len() - before;
        self.places.push(PlaceRow {
            id,
            kakao_place_id: FIRST_KAKAO_ID + id.0,
            name: format!("{} {}호점", pick(rng, &names), number % 300 + 1),
            address: format!("{town} {}", number % 900 + 1),
            category,
            lat: point.lat,
            lng: point.lng,
            cell: cell_of(point),
            favorite_count: i32::try_from(saved).unwrap_or(i32::MAX),
            source: PlaceSource::Submitted,
            created_at,
            updated_at: created_at,
        });
    }

    pub(super) const fn favorites(&self) -> usize {
        self.favorites.len()
    }

    pub(super) fn write(&self, connection: &mut Connection) -> Result<()> {
        PlaceRow::write(connection, &self.places)?;
        FavoriteRow::write(connection, &self.favorites)
    }
}
