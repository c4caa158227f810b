//! Labels with a fixed set of values.

use std::{fmt, hash::Hash};

use prometheus_client::{
    encoding::{EncodeLabel as _, EncodeLabelSet, EncodeMetric, LabelSetEncoder, MetricEncoder},
    metrics::{MetricType, TypedMetric, family::Family},
};

/// A label with few values.
pub(crate) trait Label: Copy + Eq + Hash + fmt::Debug + Send + Sync + 'static {
    /// Its name.
    const KEY: &'static str;
    /// All its values.
    const ALL: &'static [Self];

    /// Returns the value as exported.
    fn as_str(self) -> &'static str;
}

/// Defines enums that are a [`Label`]: the name of the label, the name of the enum, and the values.
macro_rules! label {
    ($($(#[$doc:meta])* $key:literal: $name:ident { $($variant:ident = $text:literal),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            pub(crate) enum $name { $($variant),+ }

            impl $crate::metrics::label::Label for $name {
                const KEY: &'static str = $key;
                const ALL: &'static [Self] = &[$(Self::$variant),+];

                fn as_str(self) -> &'static str {
                    match self { $(Self::$variant => $text),+ }
                }
            }
        )+
    };
}
pub(super) use label;

/// A label set with one label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Only<L>(L);

impl<L: Label> EncodeLabelSet for Only<L> {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> fmt::Result {
        (L::KEY, self.0.as_str()).encode(encoder.encode_label())
    }
}

/// A metric for each value of one label. All values exist from the beginning, so that rates include the first
/// change.
#[derive(Debug, Clone)]
pub(crate) struct By<L: Label, M>(Family<Only<L>, M, fn() -> M>);

impl<L: Label, M: Clone> By<L, M> {
    pub(super) fn new(make: fn() -> M) -> Self {
        let family = Family::new_with_constructor(make);
        for value in L::ALL {
            drop(family.get_or_create(&Only(*value)));
        }
        Self(family)
    }

    /// Returns the metric for a value.
    pub(crate) fn of(&self, value: L) -> M {
        self.0.get_or_create_owned(&Only(value))
    }
}

impl<L: Label, M: Clone + Default> Default for By<L, M> {
    fn default() -> Self {
        Self::new(M::default)
    }
}

impl<L: Label, M: EncodeMetric + TypedMetric> EncodeMetric for By<L, M> {
    fn encode(&self, encoder: MetricEncoder<'_>) -> fmt::Result {
        self.0.encode(encoder)
    }

    fn metric_type(&self) -> MetricType {
        M::TYPE
    }
}

/// An empty label set, for a metric that is only exported if it has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Unlabelled;

impl EncodeLabelSet for Unlabelled {
    fn encode(&self, _: &mut LabelSetEncoder<'_>) -> fmt::Result {
        Ok(())
    }
}
