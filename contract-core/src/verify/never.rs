//! The type of an expression that never ends.

/// What a type of function returns.
pub trait Returns {
    /// Its result.
    type Output;
}

impl<T> Returns for fn() -> T {
    type Output = T;
}

/// `!`, which stable Rust can only name as what a function returns. Handlers that are still `todo!()` have it as their result.
pub(super) type Never = <fn() -> ! as Returns>::Output;
