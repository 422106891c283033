//! Prometheus' text format.

use std::fmt::{Display, Write as _};

/// The page so far.
#[derive(Debug, Default)]
pub(super) struct Text(String);

impl Text {
    /// What only grows.
    pub(super) fn counter<const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = ([(&'static str, String); N], impl Display)>,
    ) {
        self.samples(name, "counter", help, samples);
    }

    /// What goes up and down.
    pub(super) fn gauge<const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = ([(&'static str, String); N], impl Display)>,
    ) {
        self.samples(name, "gauge", help, samples);
    }

    /// How many fell below which bound; `counts` are those between two bounds each.
    pub(super) fn histogram<'a, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        bounds: &[f64],
        series: impl IntoIterator<Item = ([(&'static str, String); N], &'a [u64], f64)>,
    ) {
        self.head(name, "histogram", help);
        for (labels, counts, sum) in series {
            let mut total = 0;
            let bounds = bounds.iter().map(ToString::to_string).chain(["+Inf".to_owned()]);
            for (bound, count) in bounds.zip(counts) {
                total += count;
                let with_bound = labels.iter().cloned().chain([("le", bound)]);
                self.line(&format!("{name}_bucket"), with_bound, total);
            }
            self.line(&format!("{name}_sum"), labels.iter().cloned(), sum);
            self.line(&format!("{name}_count"), labels.iter().cloned(), total);
        }
    }

    /// The whole page.
    pub(super) fn finish(self) -> String {
        self.0
    }

    fn samples<const N: usize>(
        &mut self,
        name: &str,
        kind: &str,
        help: &str,
        samples: impl IntoIterator<Item = ([(&'static str, String); N], impl Display)>,
    ) {
        self.head(name, kind, help);
        for (labels, value) in samples {
            self.line(name, labels, value);
        }
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        self.write(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    fn line(&mut self, name: &str, labels: impl IntoIterator<Item = (&'static str, String)>, value: impl Display) {
        let labels: Vec<String> =
            labels.into_iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(&value))).collect();
        if labels.is_empty() {
            self.write(format_args!("{name} {value}\n"));
        } else {
            self.write(format_args!("{name}{{{}}} {value}\n", labels.join(",")));
        }
    }

    fn write(&mut self, arguments: std::fmt::Arguments<'_>) {
        // A `String` takes everything.
        let _ = self.0.write_fmt(arguments);
    }
}

/// A label's value, with what would end it early written otherwise.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_with_and_without_labels() {
        let mut text = Text::default();
        text.gauge("open", "How many.", [([], 3)]);
        text.counter("seen_total", "What was seen.", [([("what", "a \"b\"\\\n".to_owned())], 1)]);
        let expected = "# HELP open How many.\n# TYPE open gauge\nopen 3\n\
             # HELP seen_total What was seen.\n# TYPE seen_total counter\nseen_total{what=\"a \\\"b\\\"\\\\\\n\"} 1\n";
        assert_eq!(text.finish(), expected);
    }

    #[test]
    fn the_buckets_of_a_histogram_add_up() {
        let mut text = Text::default();
        text.histogram("time", "How long.", &[0.5, 1.0], [([("route", "/a".to_owned())], &[2, 1, 4][..], 9.5)]);
        let expected = "# HELP time How long.\n# TYPE time histogram\n\
             time_bucket{route=\"/a\",le=\"0.5\"} 2\ntime_bucket{route=\"/a\",le=\"1\"} 3\n\
             time_bucket{route=\"/a\",le=\"+Inf\"} 7\ntime_sum{route=\"/a\"} 9.5\ntime_count{route=\"/a\"} 7\n";
        assert_eq!(text.finish(), expected);
    }
}
