//! How many rows a batch takes, so that nobody who waits for the write lock notices.

use std::time::Duration;

/// The smallest batch, unless it was asked for.
const SMALLEST: usize = 25;
/// How long a batch may hold the write lock while nobody else writes. At half of it the same sweep takes a sixth longer,
/// because neighbours in an index are written more often.
const ALONE: Duration = Duration::from_millis(25);
/// The same while somebody else does: well below what a sign-in spends on its password.
const IN_COMPANY: Duration = Duration::from_millis(6);
/// For how many batches after somebody else's write there is company.
const REMEMBERED: u32 = 100;

/// Batch sizes that hold the write lock for a short while.
pub(super) struct Pace {
    size: usize,
    most: usize,
    company: u32,
}

impl Pace {
    /// Batches of at most so many rows.
    pub(super) fn new(most: usize) -> Self {
        let most = most.max(1);
        Self { size: (SMALLEST * 4).min(most), most, company: 0 }
    }

    /// Rows of the next batch.
    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// A batch of so many rows held the lock for so long; `company` when somebody else wrote since the one before.
    ///
    /// Goes to the size that would have taken the time there is, and no further up than twice the size.
    pub(super) fn took(&mut self, rows: usize, time: Duration, company: bool) {
        self.company = if company { REMEMBERED } else { self.company.saturating_sub(1) };
        let goal = if self.company > 0 { IN_COMPANY } else { ALONE };
        let fitting = rows as u128 * goal.as_micros() / time.as_micros().max(1);
        let fitting = usize::try_from(fitting).unwrap_or(usize::MAX);
        let least = SMALLEST.min(self.most);
        self.size = fitting.min(self.size * 2).clamp(least, self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The size that a row's cost leads to.
    fn settled(pace: &mut Pace, row: Duration, company: bool) -> usize {
        for _ in 0..2 * REMEMBERED {
            let size = pace.size();
            pace.took(size, row * u32::try_from(size).expect("small"), company);
        }
        pace.size()
    }

    #[test]
    fn alone_a_batch_is_as_large_as_its_time_allows() {
        let mut pace = Pace::new(1000);
        assert_eq!(settled(&mut pace, Duration::from_micros(50), false), 500);
        assert_eq!(settled(&mut pace, Duration::from_micros(1), false), 1000, "never more than was asked for");
        assert_eq!(settled(&mut pace, Duration::from_millis(10), false), SMALLEST);
    }

    #[test]
    fn in_company_a_batch_is_short_and_stays_so_for_a_while() {
        let mut pace = Pace::new(1000);
        assert_eq!(settled(&mut pace, Duration::from_micros(50), true), 120);
        for _ in 1..REMEMBERED {
            pace.took(pace.size(), Duration::from_micros(50) * 120, false);
            assert!(pace.size() <= 125, "{}", pace.size());
        }
        assert_eq!(settled(&mut pace, Duration::from_micros(50), false), 500);
    }

    #[test]
    fn a_small_batch_that_was_asked_for_stays_small() {
        let mut pace = Pace::new(1);
        assert_eq!(pace.size(), 1);
        assert_eq!(settled(&mut pace, Duration::from_micros(1), false), 1);
    }
}
