//! Parses a text with `serde_json`, and looks up the original text of its numbers.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Map, Number, Value};

/// Parses a JSON document. If an object repeats a name, the last member wins.
///
/// ```
/// use contract_core::json;
///
/// let value = json::from_str(r#"{"total": 98765432109876543210.50}"#)?;
/// assert_eq!(value["total"].to_string(), "98765432109876543210.50");
/// assert!(json::from_str("{").is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// If the text is not JSON, is nested deeper than 128 levels, or contains a number beyond the range of a double (about
/// 1.8 × 10³⁰⁸). The error has line and column.
pub fn from_str(text: &str) -> Result<Value, serde_json::Error> {
    from_str_below(text, 0)
}

/// Parses a part of a JSON document that is nested this many levels deep in it, which count towards its depth.
///
/// # Errors
///
/// See [`from_str`].
pub(crate) fn from_str_below(text: &str, levels: usize) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut numbers = NumberTexts::of(text);
    let reader = Reader {
        numbers: &mut numbers,
        levels_left: DEEPEST.saturating_sub(levels),
    };
    let value = reader.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// The levels of nesting that `serde_json` reads.
const DEEPEST: usize = 127;

/// Parses a JSON document from bytes, which must be UTF-8.
///
/// # Errors
///
/// See [`from_str`]; also if the bytes are not UTF-8.
pub fn from_slice(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) => from_str(text),
        // It reports the first error and its position.
        Err(error) => Err(match serde_json::from_slice::<serde_json::Value>(bytes) {
            Err(error) => error,
            Ok(_) => serde::de::Error::custom(error),
        }),
    }
}

/// Reads one value; the number texts are those of the text being parsed.
struct Reader<'r, 't> {
    numbers: &'r mut NumberTexts<'t>,
    /// How many levels deeper the value may be nested.
    levels_left: usize,
}

impl<'t> Reader<'_, 't> {
    /// The reader of the values in an array or object.
    fn below<E: serde::de::Error>(&mut self) -> Result<Reader<'_, 't>, E> {
        match self.levels_left.checked_sub(1) {
            Some(levels_left) => Ok(Reader {
                numbers: &mut *self.numbers,
                levels_left,
            }),
            None => Err(E::custom("recursion limit exceeded")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_u64<E>(self, unsigned: u64) -> Result<Value, E> {
        self.numbers.pass();
        Ok(unsigned.into())
    }

    fn visit_i64<E>(self, signed: i64) -> Result<Value, E> {
        self.numbers.pass();
        Ok(signed.into())
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Value, E> {
        let text = self
            .numbers
            .next()
            .ok_or_else(|| E::custom("the number was not found in its text"))?;
        Ok(Value::Number(Number::from_text(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(self.below()?)? {
            array.push(element);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self.below()?)?;
            if name == ARBITRARY_PRECISION
                && let Value::String(text) = &value
                && is_arbitrary_precision()
            {
                return Ok(Value::Number(Number::from_text(text)));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

/// How `serde_json` passes numbers if another crate of the build enables its feature `arbitrary_precision`: as an
/// object with this member. It is private to `serde_json` and unchanged since 2017.
const ARBITRARY_PRECISION: &str = "$serde_json::private::Number";

fn is_arbitrary_precision() -> bool {
    serde_json::from_str::<serde_json::Number>("1.10").is_ok_and(|number| number.to_string() == "1.10")
}

/// The texts of a document's numbers, in document order. The document must be valid JSON as far as it is read.
struct NumberTexts<'t> {
    text: &'t str,
    at: usize,
    /// Numbers skipped so far.
    passed: usize,
}

impl<'t> NumberTexts<'t> {
    fn of(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            passed: 0,
        }
    }

    /// Skips one number whose text is not needed.
    fn pass(&mut self) {
        self.passed += 1;
    }

    /// Returns the text of the next number.
    fn next(&mut self) -> Option<&'t str> {
        for _ in 0..std::mem::take(&mut self.passed) {
            self.find()?;
        }
        self.find()
    }

    fn find(&mut self) -> Option<&'t str> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at)? {
                b'"' => self.skip_string(),
                b'-' | b'0'..=b'9' => break,
                _ => self.at += 1,
            }
        }
        let start = self.at;
        let length = bytes[start..]
            .iter()
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
            .count();
        self.at += length;
        self.text.get(start..self.at)
    }

    fn skip_string(&mut self) {
        let bytes = self.text.as_bytes();
        self.at += 1;
        while let Some(byte) = bytes.get(self.at) {
            self.at += match byte {
                b'\\' => 2,
                _ => 1,
            };
            if *byte == b'"' {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_keep_their_text() {
        for text in [
            r#"{"amount":1.10,"id":98765432109876543210,"rate":0.1234567890123456789}"#,
            r#"[1,-0,1.0,-1,{"1.5":2.50,"a\"2":"3.3","b\\":4.40},"5.5",1E+2,true,null,1e-400]"#,
            "1.10",
            r#""1.10""#,
        ] {
            assert_eq!(from_str(text).unwrap().to_string(), text);
            assert_eq!(from_slice(text.as_bytes()).unwrap().to_string(), text);
        }
        assert_eq!(
            from_str(r#"{"a": 1.10, "a": 2.20}"#).unwrap().to_string(),
            r#"{"a":2.20}"#
        );
        assert_eq!(from_str("\"\u{e9}\\u00e9\"").unwrap(), "éé");
    }

    #[test]
    fn what_is_not_json_is_told_with_its_place() {
        for (text, reason) in [
            ("", "EOF while parsing a value at line 1 column 0"),
            ("[1,\n x]", "expected value at line 2 column 2"),
            ("1 2", "trailing characters at line 1 column 3"),
            ("[1e400]", "number out of range at line 1 column 6"),
            ("{\"a\": 01}", "invalid number at line 1 column 8"),
        ] {
            assert_eq!(from_str(text).unwrap_err().to_string(), reason, "{text}");
        }
        assert!(
            from_slice(b"[\"\xff\"]")
                .unwrap_err()
                .to_string()
                .contains("line 1")
        );
        assert!(
            from_str(&"[".repeat(200))
                .unwrap_err()
                .to_string()
                .contains("recursion limit")
        );
    }

    #[test]
    fn an_object_may_have_the_name_that_serde_json_uses_inside() {
        let text = r#"{"$serde_json::private::Number":"1.10"}"#;
        assert_eq!(from_str(text).unwrap().to_string(), text);
    }

    proptest! {
        #[test]
        fn integers_and_doubles_are_read_as_serde_json_reads_them(numbers: Vec<f64>, integers: Vec<i64>, text: String) {
            let document = serde_json::json!({ "n": numbers, "i": integers, text.as_str(): [text.as_str()] });
            let read = from_str(&document.to_string()).unwrap();
            prop_assert_eq!(read.to_string(), document.to_string());
        }
    }
}
