//! Rows and their conversion.

use tokio_postgres::types::{FromSql, Type};

use super::{Error, Result};
use crate::domain::count::counted;

/// A row, read column by column.
pub(crate) struct Columns<'r> {
    row: AnyRow<'r>,
    next: usize,
}

/// A row of either database.
enum AnyRow<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl<'r> Columns<'r> {
    pub(super) fn sqlite(row: &'r rusqlite::Row<'r>) -> Self {
        let row = AnyRow::Sqlite(row);
        Self { row, next: 0 }
    }

    pub(super) fn postgres(row: &'r tokio_postgres::Row) -> Self {
        let row = AnyRow::Postgres(row);
        Self { row, next: 0 }
    }

    /// Reads the whole row.
    ///
    /// # Errors
    /// A column has another type, or the statement has more or fewer columns than are read.
    pub(super) fn whole<R: FromRow>(mut self) -> Result<R> {
        let read = self.next()?;
        let count = match self.row {
            AnyRow::Sqlite(row) => row.as_ref().column_count(),
            AnyRow::Postgres(row) => row.len(),
        };
        if self.next == count {
            Ok(read)
        } else {
            let message = format!(
                "a row has {}, and {} are read",
                counted(count, "column"),
                self.next
            );
            Err(Error::unavailable("using the database", message))
        }
    }

    /// Reads the next value: one column, or those of a struct.
    ///
    /// # Errors
    /// There are no more columns, or one has another type.
    pub(crate) fn next<R: FromRow>(&mut self) -> Result<R> {
        R::from_row(self)
    }

    fn is_null(&self) -> Result<bool> {
        Ok(match self.row {
            AnyRow::Sqlite(row) => row.get_ref(self.next)? == rusqlite::types::ValueRef::Null,
            AnyRow::Postgres(row) => row.try_get::<_, Option<Anything>>(self.next)?.is_none(),
        })
    }

    fn place(&mut self) -> usize {
        let place = self.next;
        self.next += 1;
        place
    }
}

/// A type read from a row: a value from one column, or a struct made by [`row!`] from one column for each field.
pub(crate) trait FromRow: Sized + Send {
    /// Number of columns.
    const COLUMNS: usize = 1;

    /// Reads the next columns.
    ///
    /// # Errors
    /// There are not enough columns, or one has another type.
    fn from_row(columns: &mut Columns<'_>) -> Result<Self>;
}

impl FromRow for i64 {
    fn from_row(columns: &mut Columns<'_>) -> Result<Self> {
        let place = columns.place();
        Ok(match columns.row {
            AnyRow::Sqlite(row) => row.get(place)?,
            AnyRow::Postgres(row) => row.try_get::<_, Number>(place)?.0,
        })
    }
}

/// Stored as 0 and 1.
impl FromRow for bool {
    fn from_row(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(columns.next::<i64>()? != 0)
    }
}

impl FromRow for String {
    fn from_row(columns: &mut Columns<'_>) -> Result<Self> {
        let place = columns.place();
        Ok(match columns.row {
            AnyRow::Sqlite(row) => row.get(place)?,
            AnyRow::Postgres(row) => row.try_get(place)?,
        })
    }
}

/// `None` if the first column is NULL: a missing value, or a struct without a row in an outer join. The first field of
/// such a struct must come from a column that is never NULL.
impl<R: FromRow> FromRow for Option<R> {
    const COLUMNS: usize = R::COLUMNS;

    fn from_row(columns: &mut Columns<'_>) -> Result<Self> {
        if columns.is_null()? {
            columns.next += R::COLUMNS;
            return Ok(None);
        }
        R::from_row(columns).map(Some)
    }
}

/// Defines structs read from rows: the statement must have one column for each field, in order. A field may itself be
/// such a struct.
///
/// ```ignore
/// row! {
///     /// A tag of a version.
///     struct Tag {
///         version_id: i64,
///         name: String,
///     }
/// }
/// let tags: Vec<Tag> = Statement::new("SELECT version_id, name FROM tags").all(connection).await?;
/// ```
macro_rules! row {
    ($(
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_visibility:vis $field:ident: $kind:ty),+ $(,)?
        }
    )+) => {$(
        $(#[$meta])*
        $visibility struct $name {
            $($(#[$field_meta])* $field_visibility $field: $kind),+
        }

        impl $crate::store::engine::FromRow for $name {
            const COLUMNS: usize = 0 $(+ <$kind as $crate::store::engine::FromRow>::COLUMNS)+;

            fn from_row(
                columns: &mut $crate::store::engine::Columns<'_>,
            ) -> $crate::store::engine::Result<Self> {
                Ok(Self { $($field: columns.next()?),+ })
            }
        }
    )+};
}
pub(crate) use row;

/// A value of any type.
struct Anything;

impl FromSql<'_> for Anything {
    fn from_sql(_: &Type, _: &[u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// An integer of any width.
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
