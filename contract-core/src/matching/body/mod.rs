//! Bodies: what the comparisons of all kinds have in common. The kinds themselves are in [`format`](crate::format).

mod plan;

pub(crate) use self::plan::BodyPlan;
