//! Rows and what is read from them.

use tokio_postgres::types::{FromSql, Type};

use super::Result;

/// A row of an answer.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// What stands in a column; the first is 0.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub(crate) fn column<C: Column>(&self, place: usize) -> Result<C> {
        C::read(self, place)
    }
}

/// What a column may hold.
pub(crate) trait Column: Sized {
    fn read(row: &Row<'_>, place: usize) -> Result<Self>;
}

impl Column for i64 {
    fn read(row: &Row<'_>, place: usize) -> Result<Self> {
        Ok(match row {
            Row::Sqlite(row) => row.get(place)?,
            Row::Postgres(row) => row.try_get::<_, Number>(place)?.0,
        })
    }
}

impl Column for Option<i64> {
    fn read(row: &Row<'_>, place: usize) -> Result<Self> {
        Ok(match row {
            Row::Sqlite(row) => row.get(place)?,
            Row::Postgres(row) => row.try_get::<_, Option<Number>>(place)?.map(|number| number.0),
        })
    }
}

impl Column for String {
    fn read(row: &Row<'_>, place: usize) -> Result<Self> {
        Ok(match row {
            Row::Sqlite(row) => row.get(place)?,
            Row::Postgres(row) => row.try_get(place)?,
        })
    }
}

impl Column for Option<String> {
    fn read(row: &Row<'_>, place: usize) -> Result<Self> {
        Ok(match row {
            Row::Sqlite(row) => row.get(place)?,
            Row::Postgres(row) => row.try_get(place)?,
        })
    }
}

/// A whole number of any width.
struct Number(i64);

impl<'a> FromSql<'a> for Number {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(match *kind {
            Type::INT2 => i16::from_sql(kind, raw)?.into(),
            Type::INT4 => i32::from_sql(kind, raw)?.into(),
            _ => i64::from_sql(kind, raw)?,
        }))
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT2, Type::INT4, Type::INT8].contains(kind)
    }
}

/// What a row is read into.
pub(crate) trait FromRow: Sized {
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

macro_rules! tuples {
    ($($($name:ident $place:literal),+;)+) => {
        $(impl<$($name: Column),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self> {
                Ok(($(row.column::<$name>($place)?,)+))
            }
        })+
    };
}

tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13;
}
