//! Instants as the database stores them: whole microseconds since 1970, UTC.

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, Utc};

/// Offset of Asia/Seoul, which has had no summer time since 1988.
const SEOUL_OFFSET_SECONDS: i32 = 9 * 3600;

/// An instant in UTC, in whole microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"))]
pub struct Time(pub(crate) i64);

impl Time {
    /// The instant that many microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, cut.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The same instant for chrono; years beyond chrono's range are held at its ends.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(if self.0 < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        })
    }

    /// Reads an RFC 3339 instant, or a `yyyy-MM-dd` date as its first instant in UTC.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            return Some(instant.with_timezone(&Utc).into());
        }
        let midnight = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?;
        Some(midnight.and_utc().into())
    }

    /// As it goes over the wire: UTC, exactly three fraction digits, cut and not rounded (H10).
    pub fn wire(self) -> String {
        self.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// To the microsecond, as [`Time::parse`] reads it back.
    pub fn exact(self) -> String {
        self.to_utc().to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    /// The calendar date in Seoul.
    pub fn seoul_date(self) -> NaiveDate {
        self.seoul().date_naive()
    }

    /// The first instant of a day in Seoul.
    pub fn seoul_midnight(date: NaiveDate) -> Self {
        let midnight = Self::from(date.and_time(NaiveTime::MIN).and_utc());
        midnight.minus(TimeDelta::seconds(SEOUL_OFFSET_SECONDS.into()))
    }

    /// The same instant on a Seoul clock.
    pub fn seoul(self) -> DateTime<FixedOffset> {
        let offset =
            FixedOffset::east_opt(SEOUL_OFFSET_SECONDS).unwrap_or_else(|| unreachable!("nine hours is an offset"));
        self.to_utc().with_timezone(&offset)
    }

    /// This many calendar months later; a day that does not exist becomes the last of its month (L2).
    #[must_use]
    pub fn add_months(self, months: u32) -> Self {
        self.to_utc().checked_add_months(Months::new(months)).map_or(Self(i64::MAX), Self::from)
    }

    /// This many calendar months earlier, by the same rule for missing days.
    #[must_use]
    pub fn sub_months(self, months: u32) -> Self {
        self.to_utc().checked_sub_months(Months::new(months)).map_or(Self(i64::MIN), Self::from)
    }

    /// This much later, held at the end of what can be stored.
    #[must_use]
    pub fn plus(self, delta: TimeDelta) -> Self {
        Self(self.0.saturating_add(delta.num_microseconds().unwrap_or(i64::MAX)))
    }

    /// This much earlier.
    #[must_use]
    pub fn minus(self, delta: TimeDelta) -> Self {
        Self(self.0.saturating_sub(delta.num_microseconds().unwrap_or(i64::MAX)))
    }

    /// From `earlier` to here.
    pub fn since(self, earlier: Self) -> TimeDelta {
        TimeDelta::microseconds(self.0.saturating_sub(earlier.0))
    }

    /// Whole calendar months from `earlier` to here, never negative.
    pub fn months_since(self, earlier: Self) -> i32 {
        let (from, to) = (earlier.to_utc(), self.to_utc());
        let months = (to.year() - from.year()) * 12 + to.month().cast_signed() - from.month().cast_signed();
        let whole = if from.checked_add_months(Months::new(months.max(0).cast_unsigned())).is_some_and(|d| d > to) {
            months - 1
        } else {
            months
        };
        whole.max(0)
    }
}

impl From<DateTime<Utc>> for Time {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.timestamp_micros())
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.to_utc().to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl serde::Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.wire())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).expect("an instant")
    }

    #[test]
    fn l2_missing_days_become_the_last_of_the_month() {
        assert_eq!(at("2026-08-31T10:00:00Z").add_months(6), at("2027-02-28T10:00:00Z"));
        assert_eq!(at("2027-08-31T10:00:00Z").add_months(6), at("2028-02-29T10:00:00Z"));
    }

    #[test]
    fn h10_wire_times_are_cut_not_rounded() {
        assert_eq!(Time::from_micros(1_999_999).wire(), "1970-01-01T00:00:01.999Z");
    }

    #[test]
    fn an_exact_time_reads_back() {
        let time = Time::from_micros(1_772_334_000_123_456);
        assert_eq!(time.exact(), "2026-03-01T03:00:00.123456Z");
        assert_eq!(Time::parse(&time.exact()), Some(time));
    }

    #[test]
    fn seoul_is_nine_hours_ahead() {
        assert_eq!(at("2026-05-21T15:00:00Z").seoul_date().to_string(), "2026-05-22");
        assert_eq!(at("2026-05-21T14:59:59Z").seoul_date().to_string(), "2026-05-21");
        let date = NaiveDate::from_ymd_opt(2026, 5, 22).expect("a date");
        assert_eq!(Time::seoul_midnight(date), at("2026-05-21T15:00:00Z"));
    }

    #[test]
    fn whole_months_are_counted_from_day_to_day() {
        assert_eq!(at("2026-03-14").months_since(at("2026-01-15")), 1);
        assert_eq!(at("2026-03-15").months_since(at("2026-01-15")), 2);
        assert_eq!(at("2026-01-01").months_since(at("2026-03-15")), 0);
    }
}
