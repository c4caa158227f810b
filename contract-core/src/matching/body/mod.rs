//! Bodies: what all kinds of bodies share. The kinds themselves are in [`format`](crate::format).

mod plan;

pub(crate) use self::plan::BodyPlan;
