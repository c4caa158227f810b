//! The type of an expression that never returns.

/// The return type of a function type.
pub trait Returns {
    /// The return type.
    type Output;
}

impl<T> Returns for fn() -> T {
    type Output = T;
}

/// `!`, which stable Rust can name only as a return type. Handlers that are still `todo!()` return it.
pub(super) type Never = <fn() -> ! as Returns>::Output;
