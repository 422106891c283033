//! Collects the best hits, and counts them all.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::schema::{CREATED, ID, SCORE};

/// Steps of a grade in which relevance doubles: posts that differ by less than three percent are equally good, so that
/// of them the newer comes first.
const GRADES: f32 = 24.0;

/// What comes second where relevance is equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Second {
    /// The newer post.
    Newer,
    /// The post with the higher score, then the newer.
    Score,
}

/// The best so many hits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Best {
    pub(super) most: usize,
    pub(super) second: Second,
}

/// Grade, score, time, id: compared in this order, more is better.
type Rank = (i32, i64, i64, i64);

pub(super) struct SegmentBest {
    best: Best,
    heap: BinaryHeap<Reverse<Rank>>,
    hits: u64,
    ids: Arc<dyn ColumnValues<i64>>,
    created: Arc<dyn ColumnValues<i64>>,
    scores: Option<Arc<dyn ColumnValues<i64>>>,
}

impl Collector for Best {
    type Fruit = (Vec<i64>, u64);
    type Child = SegmentBest;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentBest> {
        let column = |name| segment.fast_fields().column_first_or_default::<i64>(name);
        Ok(SegmentBest {
            best: *self,
            heap: BinaryHeap::new(),
            hits: 0,
            ids: column(ID)?,
            created: column(CREATED)?,
            scores: (self.second == Second::Score).then(|| column(SCORE)).transpose()?,
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<(Vec<Rank>, u64)>) -> tantivy::Result<(Vec<i64>, u64)> {
        let hits = segments.iter().map(|(_, hits)| hits).sum();
        let mut ranks: Vec<Rank> = segments.into_iter().flat_map(|(ranks, _)| ranks).collect();
        ranks.sort_unstable_by(|a, b| b.cmp(a));
        ranks.truncate(self.most);
        Ok((ranks.into_iter().map(|(.., id)| id).collect(), hits))
    }
}

impl SegmentCollector for SegmentBest {
    type Fruit = (Vec<Rank>, u64);

    fn collect(&mut self, doc: DocId, score: Score) {
        self.hits += 1;
        if self.best.most == 0 {
            return;
        }
        let grade = grade(score);
        let full = self.heap.len() >= self.best.most;
        if full && self.heap.peek().is_some_and(|Reverse((least, ..))| grade < *least) {
            return;
        }
        let second = self.scores.as_ref().map_or(0, |scores| scores.get_val(doc));
        let rank = (grade, second, self.created.get_val(doc), self.ids.get_val(doc));
        if !full {
            self.heap.push(Reverse(rank));
        } else if let Some(mut least) = self.heap.peek_mut()
            && rank > least.0
        {
            *least = Reverse(rank);
        }
    }

    fn harvest(self) -> (Vec<Rank>, u64) {
        (self.heap.into_iter().map(|Reverse(rank)| rank).collect(), self.hits)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a float's logarithm is a small number")]
fn grade(score: Score) -> i32 {
    (score.max(f32::MIN_POSITIVE).log2() * GRADES).round() as i32
}
