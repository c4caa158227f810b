//! Lists, tuples and maps.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};

use super::{HasPattern, keys};
use crate::json::Value;
use crate::pattern::value::{Node, array};
use crate::pattern::{IntoPattern as _, Pattern, each_like};

/// Returns an array of this pattern; any array if the elements contain the list itself.
fn list(item: Option<Pattern>) -> Pattern {
    match item {
        Some(item) => each_like(item).into_pattern(),
        None => Pattern {
            node: Node::Like(Value::Array(Vec::new())),
        },
    }
}

macro_rules! lists {
    ($([$($generics:tt)+] $list:ty),+ $(,)?) => {
        $(impl<$($generics)+> HasPattern for $list {
            fn pattern() -> Pattern {
                list(T::nested_pattern())
            }
        })+
    };
}

lists!(
    [T: HasPattern] Vec<T>,
    [T: HasPattern] [T],
    [T: HasPattern] VecDeque<T>,
    [T: HasPattern] LinkedList<T>,
    [T: HasPattern] BinaryHeap<T>,
    [T: HasPattern] BTreeSet<T>,
    [T: HasPattern, S] HashSet<T, S>,
);

impl<T: HasPattern, const N: usize> HasPattern for [T; N] {
    fn pattern() -> Pattern {
        array((0..N).map(|_| T::pattern()).collect())
    }

    fn nested_pattern() -> Option<Pattern> {
        (0..N)
            .map(|_| T::nested_pattern())
            .collect::<Option<_>>()
            .map(array)
    }
}

macro_rules! maps {
    ($([$($generics:tt)+] $map:ty),+ $(,)?) => {
        $(impl<$($generics)+> HasPattern for $map {
            fn pattern() -> Pattern {
                keys::map(K::pattern(), V::nested_pattern())
            }
        })+
    };
}

maps!(
    [K: HasPattern, V: HasPattern] BTreeMap<K, V>,
    [K: HasPattern, V: HasPattern, S] HashMap<K, V, S>,
);

macro_rules! tuples {
    ($(($($item:ident)+))+) => {
        $(impl<$($item: HasPattern),+> HasPattern for ($($item,)+) {
            fn pattern() -> Pattern {
                array(vec![$($item::pattern()),+])
            }

            fn nested_pattern() -> Option<Pattern> {
                Some(array(vec![$($item::nested_pattern()?),+]))
            }
        })+
    };
}

tuples! {
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
    (A B C D E F G H I)
    (A B C D E F G H I J)
    (A B C D E F G H I J K)
    (A B C D E F G H I J K L)
    (A B C D E F G H I J K L M)
    (A B C D E F G H I J K L M N)
    (A B C D E F G H I J K L M N O)
    (A B C D E F G H I J K L M N O P)
}
