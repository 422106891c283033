//! Request fields: as they came, and how all that is wrong with them is collected (H7 to H9).

use serde::{Deserialize, Deserializer};

use crate::error::{Code, Error, FieldError, Result};

/// A request field as it came, before any rule has looked at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Input<T = String> {
    /// Missing or null.
    #[default]
    Absent,
    /// Of another JSON type, or a text with U+0000 in it.
    Wrong,
    /// Of the right type.
    Given(T),
}

/// What a JSON value can be read as.
pub trait FromJson: Sized {
    /// The value, or nothing when it is of another type.
    fn from_json(value: serde_json::Value) -> Option<Self>;
}

impl FromJson for String {
    fn from_json(value: serde_json::Value) -> Option<Self> {
        match value {
            serde_json::Value::String(text) if !text.contains('\0') => Some(text),
            _ => None,
        }
    }
}

impl FromJson for i64 {
    /// JSON has one kind of numbers: `3.0` and `3e0` are the integer `3`.
    fn from_json(value: serde_json::Value) -> Option<Self> {
        value.as_i64().or_else(|| whole(value.as_f64()?))
    }
}

/// The integer that a number with a fraction part or an exponent stands for.
///
/// Such a number may have been read as its neighbour, which has a fraction below 2^52 and is refused, and which above
/// would be another integer.
#[expect(clippy::cast_possible_truncation, reason = "whole and below 2^52")]
fn whole(number: f64) -> Option<i64> {
    const END: f64 = 4_503_599_627_370_496.0;
    (number.fract() == 0.0 && number.abs() < END).then_some(number as i64)
}

impl FromJson for Vec<String> {
    fn from_json(value: serde_json::Value) -> Option<Self> {
        match value {
            serde_json::Value::Array(items) => items.into_iter().map(String::from_json).collect(),
            _ => None,
        }
    }
}

impl<'de, T: FromJson> Deserialize<'de> for Input<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Null => Self::Absent,
            value => T::from_json(value).map_or(Self::Wrong, Self::Given),
        })
    }
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Self::Given(text.to_owned())
    }
}

/// Collects what is wrong with the fields of one request, in the order they are asked for.
#[derive(Debug, Default)]
pub struct Form {
    errors: Vec<FieldError>,
}

impl Form {
    /// No field has been looked at yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a field at fault.
    pub fn fail(&mut self, field: &'static str, code: Code) {
        self.errors.push(FieldError { field, code });
    }

    /// Whether nothing is wrong so far.
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// A field that must be there: `missing` when it is absent or blank, then `check`.
    pub fn required<T>(
        &mut self,
        field: &'static str,
        input: &Input,
        missing: Code,
        check: impl FnOnce(&str) -> Result<T, Code>,
    ) -> Option<T> {
        let checked = match input {
            Input::Absent => Err(missing),
            Input::Wrong => Err(Code::InvalidRequest),
            Input::Given(text) if text.trim().is_empty() => Err(missing),
            Input::Given(text) => check(text),
        };
        checked.map_err(|code| self.fail(field, code)).ok()
    }

    /// A field that may be absent; a blank one counts as absent (H9, FC).
    pub fn optional<T>(
        &mut self,
        field: &'static str,
        input: &Input,
        check: impl FnOnce(&str) -> Result<T, Code>,
    ) -> Option<T> {
        match input {
            Input::Absent => None,
            Input::Wrong => {
                self.fail(field, Code::InvalidRequest);
                None
            }
            Input::Given(text) if text.trim().is_empty() => None,
            Input::Given(text) => check(text).map_err(|code| self.fail(field, code)).ok(),
        }
    }

    /// A field that must be there and is no text: `INVALID_REQUEST` without it, and for what it cannot be read as.
    pub fn value<T: Copy>(&mut self, field: &'static str, input: &Input<T>) -> Option<T> {
        match input {
            Input::Given(value) => Some(*value),
            Input::Absent | Input::Wrong => {
                self.fail(field, Code::InvalidRequest);
                None
            }
        }
    }

    /// Ends the checks: all faults as one refusal, or nothing.
    pub fn finish(self) -> Result<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(Error::fields(self.errors)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Draft {
        #[serde(default)]
        a: Input,
        #[serde(default)]
        b: Input<Vec<String>>,
    }

    #[test]
    fn h8_wrong_types_are_told_from_absent_fields() {
        let read = |text: &str| serde_json::from_str::<Draft>(text).map(|d| (d.a, d.b)).expect("an object");
        assert_eq!(read(r#"{"a":null,"x":1}"#), (Input::Absent, Input::Absent));
        assert_eq!(read(r#"{"a":1,"b":["x",2]}"#), (Input::Wrong, Input::Wrong));
        assert_eq!(read(r#"{"a":"\u0000","b":["x"]}"#), (Input::Wrong, Input::Given(vec!["x".into()])));
    }

    #[test]
    fn h8_whole_numbers_are_integers_however_they_are_written() {
        let read = |text: &str| serde_json::from_str::<Input<i64>>(text).expect("JSON");
        for (text, number) in [
            ("3", 3),
            ("3106.0", 3106),
            ("-2.0", -2),
            ("-0.0", 0),
            ("3.1e2", 310),
            ("450359962737049.0", 450_359_962_737_049),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(read(text), Input::Given(number), "{text}");
        }
        for text in ["3.5", "-0.1", "1e-3", "4503599627370496.0", "1e300", "9223372036854775808", r#""3""#, "true"] {
            assert_eq!(read(text), Input::Wrong, "{text}");
        }
        assert_eq!(read("null"), Input::Absent);
    }

    #[test]
    fn h7_all_faults_are_collected_and_the_first_gives_the_code() {
        let mut form = Form::new();
        let a: Option<()> = form.required("a", &"".into(), Code::EmailRequired, |_| Ok(()));
        let b: Option<()> = form.optional("b", &Input::Wrong, |_| Ok(()));
        assert_eq!((a, b), (None, None));
        let Err(Error::Refused(refusal)) = form.finish() else { panic!("two faults") };
        assert_eq!(refusal.code, Code::EmailRequired);
        assert_eq!(refusal.fields.iter().map(|f| f.field).collect::<Vec<_>>(), ["a", "b"]);
    }
}
