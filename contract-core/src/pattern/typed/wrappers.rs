//! Types that are serialised as their content.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::marker::PhantomData;
use std::num::{Saturating, Wrapping};
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};

use super::HasPattern;
use crate::pattern::{Pattern, null, nullable};

macro_rules! transparent {
    ($([$($generics:tt)+] $wrapper:ty),+ $(,)?) => {
        $(impl<$($generics)+> HasPattern for $wrapper {
            const MAY_BE_MISSING: bool = T::MAY_BE_MISSING;

            fn pattern() -> Pattern {
                T::pattern()
            }

            fn nested_pattern() -> Option<Pattern> {
                T::nested_pattern()
            }
        })+
    };
}

transparent!(
    [T: HasPattern + ?Sized] &T,
    [T: HasPattern + ?Sized] Box<T>,
    [T: HasPattern + ?Sized] Rc<T>,
    [T: HasPattern + ?Sized] Arc<T>,
    [T: HasPattern + ?Sized] Mutex<T>,
    [T: HasPattern + ?Sized] RwLock<T>,
    [T: HasPattern + ?Sized] RefCell<T>,
    [T: HasPattern + ToOwned + ?Sized] Cow<'_, T>,
    [T: HasPattern] Cell<T>,
    [T: HasPattern] Reverse<T>,
    [T: HasPattern] Wrapping<T>,
    [T: HasPattern] Saturating<T>,
);

impl<T: HasPattern> HasPattern for Option<T> {
    const MAY_BE_MISSING: bool = true;

    fn pattern() -> Pattern {
        nullable(T::pattern())
    }

    fn nested_pattern() -> Option<Pattern> {
        T::nested_pattern().map(nullable)
    }
}

impl<T: ?Sized> HasPattern for PhantomData<T> {
    fn pattern() -> Pattern {
        null()
    }
}
