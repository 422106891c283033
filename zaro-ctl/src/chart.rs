//! Numbers as a line of little bars: plain text, no colours.

/// From the least that shows to the most; nothing at all is a dot.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const NOTHING: char = '.';

/// One bar a number, or a bar for several where there are more of them than cells; the tallest is the largest.
///
/// The bars may be two cells wide on a Korean terminal: nothing should stand to the right of them.
pub(crate) fn sparkline(values: &[i64], cells: usize) -> String {
    let sums = gathered(values, cells);
    let most = sums.iter().copied().max().unwrap_or(0).max(1);
    let bar = |value: i64| {
        // 1 to the most onto 0 to 7: whatever is there shows.
        let step = usize::try_from(value.saturating_mul(8) / most).unwrap_or(0).saturating_sub(1);
        BARS[step.min(BARS.len() - 1)]
    };
    sums.into_iter().map(|value| if value > 0 { bar(value) } else { NOTHING }).collect()
}

/// How many of so many numbers share a bar.
pub(crate) fn shared(values: usize, cells: usize) -> usize {
    values.div_ceil(cells.max(1)).max(1)
}

/// The numbers in so many sums of neighbours at most; all of as many, but for the last.
fn gathered(values: &[i64], cells: usize) -> Vec<i64> {
    values.chunks(shared(values.len(), cells)).map(|part| part.iter().sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_grow_with_the_numbers_and_nothing_is_a_dot() {
        assert_eq!(sparkline(&[0, 1, 2, 3, 4, 5, 6, 7, 8], 60), ".▁▂▃▄▅▆▇█");
        assert_eq!(sparkline(&[1, 1_000_000], 60), "▁█", "little is not nothing");
        assert_eq!(sparkline(&[0, 0], 60), "..");
        assert_eq!(sparkline(&[], 60), "");
        assert_eq!(sparkline(&[5], 60), "█");
    }

    #[test]
    fn more_numbers_than_cells_are_summed() {
        assert_eq!(gathered(&[1, 2, 3, 4, 5], 2), [6, 9]);
        assert_eq!(gathered(&[1; 365], 60).len(), 53);
        assert_eq!(sparkline(&[i64::MAX / 2, 1], 60).chars().count(), 2, "no number is too large");
    }
}
