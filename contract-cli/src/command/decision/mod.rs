//! May this be deployed? What `contract can-i-deploy` and `contract can-i-merge` have in common: which versions are meant,
//! what the answer is, and what to do about it.

mod ask;
mod explained;
mod next;
mod render;
mod selectors;

pub(super) use self::ask::{Question, Target, ask};
