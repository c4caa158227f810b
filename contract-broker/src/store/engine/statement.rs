//! Statements composed from parts, with their values.

use std::{borrow::Cow, fmt::Write as _, ops::Range};

use super::{Result, Value};
use crate::domain::{Refusal, count::counted};

/// A statement under construction: text and values. A value is appended as a placeholder, or the text names its
/// position (`$1` is the first).
#[derive(Debug, Clone, Default)]
pub(crate) struct Statement<'a> {
    sql: Cow<'static, str>,
    values: Vec<Value<'a>>,
    /// The position of the last list in the text.
    last_list: Range<usize>,
}

impl<'a> Statement<'a> {
    /// Creates a statement from text, which must not come from outside of the program.
    pub(crate) fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self {
            sql: sql.into(),
            ..Self::default()
        }
    }

    /// Binds the value of the next placeholder named in the text.
    pub(crate) fn bind(mut self, value: impl Into<Value<'a>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Appends text, which must not come from outside of the program.
    pub(crate) fn sql(mut self, text: &str) -> Self {
        self.sql.to_mut().push_str(text);
        self
    }

    /// Appends a value.
    pub(crate) fn value(mut self, value: impl Into<Value<'a>>) -> Self {
        self.push(value.into());
        self
    }

    /// Appends `(…)` with the values, for `IN`. The last one is repeated until their number is a power of two, so that
    /// a few prepared statements serve lists of every length. An empty list contains a value that no id has.
    pub(crate) fn numbers(self, values: &[i64]) -> Self {
        let values = if values.is_empty() { &[NO_ID][..] } else { values };
        self.list(values, |value| Value::Number(*value))
    }

    /// Creates a statement from text in which each `{ids}` is replaced by the list of [`Self::numbers`].
    pub(crate) fn with_ids(sql: &str, ids: &[i64]) -> Self {
        let mut parts = sql.split("{ids}");
        let first = Self::new(parts.next().unwrap_or_default().to_owned());
        match parts.next() {
            None => first,
            Some(rest) => {
                let once = first.numbers(ids).sql(rest);
                parts.fold(once, |statement, rest| statement.same_list().sql(rest))
            }
        }
    }

    /// Appends the last list again, without binding its values again.
    pub(crate) fn same_list(mut self) -> Self {
        let list = self.sql[self.last_list.clone()].to_owned();
        self.sql.to_mut().push_str(&list);
        self
    }

    /// Like [`Self::numbers`]; an empty list contains the empty text, which is never a name.
    pub(crate) fn texts(self, values: &'a [String]) -> Self {
        if values.is_empty() {
            return self.list(&[""], |value| Value::from(*value));
        }
        self.list(values, Value::from)
    }

    /// Appends `(…)` with exactly these values: a row to insert.
    pub(crate) fn row(mut self, values: &[i64]) -> Self {
        for (index, value) in values.iter().enumerate() {
            self.sql.to_mut().push_str(if index == 0 { "(" } else { ", " });
            self.push(Value::Number(*value));
        }
        self.sql.to_mut().push(')');
        self
    }

    /// Returns the beginning of the text for the log: with a list it may be as long as the request.
    pub(super) fn shown(&self) -> String {
        if self.sql.len() <= SHOWN {
            return self.sql.to_string();
        }
        let end = self.sql.floor_char_boundary(SHOWN);
        format!("{}… ({})", &self.sql[..end], counted(self.sql.len(), "byte"))
    }

    pub(super) fn text(&self) -> &str {
        &self.sql
    }

    pub(super) fn values(&self) -> &[Value<'a>] {
        &self.values
    }

    /// Rejects what PostgreSQL cannot store in a text, so that both databases behave alike.
    ///
    /// # Errors
    /// A text contains the character U+0000.
    pub(super) fn check(&self) -> Result<()> {
        let holds_nul = |value: &Value<'_>| matches!(value, Value::Text(text) if text.contains('\0'));
        if self.values.iter().any(holds_nul) {
            let message =
                "a text in the request contains the character U+0000, which no text may contain: remove it";
            return Err(Refusal::Malformed(message.to_owned()).into());
        }
        Ok(())
    }

    pub(super) fn into_values(self) -> Vec<Value<'a>> {
        self.values
    }

    fn push(&mut self, value: Value<'a>) {
        self.values.push(value);
        let _ = write!(self.sql.to_mut(), "${}", self.values.len());
    }

    fn list<'v, T>(mut self, values: &'v [T], bound: impl Fn(&'v T) -> Value<'a>) -> Self {
        let start = self.sql.len();
        let count = values.len().next_power_of_two();
        let padding = std::iter::repeat_n(values.last(), count - values.len()).flatten();
        self.sql.to_mut().push('(');
        for (place, value) in values.iter().chain(padding).enumerate() {
            if place > 0 {
                self.sql.to_mut().push_str(", ");
            }
            self.push(bound(value));
        }
        self.sql.to_mut().push(')');
        self.last_list = start..self.sql.len();
        self
    }
}

/// Maximum number of values in one list; longer ones are queried in parts.
pub(crate) const MOST: usize = 4096;

/// Maximum number of bytes of a statement in the log.
const SHOWN: usize = 400;

/// Ids begin at 1.
pub(crate) const NO_ID: i64 = -1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_placeholders_in_order_and_lists_have_few_lengths() {
        let statement = Statement::new("SELECT 1 WHERE a = ")
            .value("x")
            .sql(" AND b IN ")
            .numbers(&[1, 2, 3])
            .sql(" OR d IN ")
            .same_list()
            .sql(" AND c IN ")
            .numbers(&[]);
        assert_eq!(
            statement.sql,
            "SELECT 1 WHERE a = $1 AND b IN ($2, $3, $4, $5) OR d IN ($2, $3, $4, $5) AND c IN ($6)"
        );
        assert!(matches!(
            statement.values.as_slice(),
            [
                Value::Text(_),
                Value::Number(1),
                Value::Number(2),
                Value::Number(3),
                Value::Number(3),
                Value::Number(NO_ID)
            ]
        ));
    }

    #[test]
    fn ids_stand_where_the_text_wants_them() {
        let statement = Statement::with_ids(
            "SELECT a FROM t WHERE a IN {ids} OR b IN {ids} ORDER BY a",
            &[7, 8],
        );
        assert_eq!(
            statement.sql,
            "SELECT a FROM t WHERE a IN ($1, $2) OR b IN ($1, $2) ORDER BY a"
        );
        assert_eq!(statement.values.len(), 2);
    }

    #[test]
    fn a_log_line_holds_the_beginning_of_a_long_statement() {
        let ids: Vec<i64> = (1..=4096).collect();
        let statement = Statement::new("SELECT 'é' FROM versions WHERE id IN ").numbers(&ids);
        let shown = statement.shown();
        assert!(
            shown.starts_with("SELECT 'é' FROM versions WHERE id IN ($1, $2, "),
            "{shown}"
        );
        assert!(
            shown.ends_with(&format!("… ({} bytes)", statement.sql.len())),
            "{shown}"
        );
        assert!(shown.len() < SHOWN + 40, "{shown}");
        assert_eq!(Statement::new("SELECT 1").shown(), "SELECT 1");
    }
}
