//! What `contract can-i-deploy` and `contract can-i-merge` have in common: selecting versions, showing the verdict, and
//! suggesting what to do.

mod ask;
mod explained;
mod next;
mod render;
mod selectors;

pub(super) use self::ask::{Question, Target, ask};
