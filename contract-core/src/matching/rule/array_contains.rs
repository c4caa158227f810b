//! `arrayContains`: each variant matches an element at any index.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::failure::{Failure, MOST_NAMED, Rejected};
use super::matching_rule::{Inherited, MatchingRule, Role};
use super::rules::Rules;
use super::type_of;
use super::verdict::Verdict;
use crate::contract::Variant;
use crate::format::json;
use crate::json::Value;
use crate::matching::effort;
use crate::matching::given::Given;
use crate::matching::place::Place;
use crate::matching::{Mismatch, Unexpected, show};
use crate::{Error, ErrorKind};

/// Maximum number of elements compared to explain why a variant is missing.
const MOST_TRIED: usize = 100;

/// Minimum cost of comparing one element with a variant, in steps.
const STEPS_OF_ELEMENT: u64 = 20;

/// The elements that an array must contain.
#[derive(Debug)]
pub(crate) struct ArrayContains {
    /// Empty: every element of the example.
    variants: Vec<CompiledVariant>,
    no_rules: Rules,
}

/// What describes one of them.
#[derive(Debug)]
pub(crate) struct CompiledVariant {
    /// The index of the corresponding element in the example.
    pub(crate) index: usize,
    /// Rooted at the element.
    pub(crate) rules: Rules,
}

/// An element to be found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The index of the corresponding element in the example.
    pub(crate) index: usize,
    /// That element, if the example has it.
    pub(crate) example: Option<&'a Value>,
    /// Rooted at the element.
    rules: &'a Rules,
}

impl ArrayContains {
    /// Compiles the rules of each variant.
    pub(crate) fn compile(variants: &[Variant]) -> Result<Self, Error> {
        let variants = variants.iter().map(|variant| {
            let rules = Rules::compile(&variant.rules)
                .map_err(|error| error.context(format_args!("variant {}", variant.index)))?;
            Ok(CompiledVariant {
                index: variant.index,
                rules,
            })
        });
        Ok(Self {
            variants: variants.collect::<Result<_, Error>>()?,
            no_rules: Rules::none(),
        })
    }

    /// Returns what describes the elements; nothing if they are those of the example.
    #[cfg(feature = "xml")]
    pub(crate) fn variants(&self) -> &[CompiledVariant] {
        &self.variants
    }

    /// Checks that each variant has an element in all these examples of the array, or rules that describe it.
    ///
    /// # Errors
    ///
    /// If one has neither: any element would match.
    pub(crate) fn check_variants(&self, examples: &[&[Value]]) -> Result<(), Error> {
        for variant in &self.variants {
            let at_fault = |error: Error| error.context(format_args!("variant {}", variant.index));
            if examples.is_empty() {
                if variant.rules.is_empty() {
                    return Err(at_fault(invalid(
                        "it has no rules, and there is no example of the array: add rules or an example",
                    )));
                }
                variant.rules.check_variants(None).map_err(at_fault)?;
            }
            for example in examples {
                let element = example.get(variant.index).ok_or_else(|| {
                    at_fault(invalid(&format!(
                        "the example has no element at index {}, it has {} in all: add the element, or correct the index",
                        variant.index,
                        example.len()
                    )))
                })?;
                variant.rules.check_variants(Some(element)).map_err(at_fault)?;
            }
        }
        Ok(())
    }

    /// Returns the first missing variants, and how many more there are.
    pub(crate) fn first_missing<'a>(
        &'a self,
        example: Option<&'a Value>,
        actual: &'a [Value],
        unexpected: Unexpected,
    ) -> (Vec<Wanted<'a>>, usize) {
        let mut missing = self.missing(example, actual, unexpected);
        let first = missing.by_ref().take(MOST_NAMED).collect();
        (first, missing.count())
    }

    /// Returns the variants that match no element.
    fn missing<'a>(
        &'a self,
        example: Option<&'a Value>,
        actual: &'a [Value],
        unexpected: Unexpected,
    ) -> impl Iterator<Item = Wanted<'a>> {
        let examples = example.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let variants = self.variants.iter().map(|variant| Wanted {
            index: variant.index,
            example: examples.get(variant.index),
            rules: &variant.rules,
        });
        let every = if self.variants.is_empty() { examples } else { &[] };
        let every = every.iter().enumerate().map(|(index, example)| Wanted {
            index,
            example: Some(example),
            rules: &self.no_rules,
        });
        let mut elements = Elements {
            actual,
            unexpected,
            by_hash: None,
        };
        variants.chain(every).filter(move |wanted| !elements.have(wanted))
    }
}

impl MatchingRule for ArrayContains {
    fn name(&self) -> &'static str {
        "arrayContains"
    }

    fn inherited(&self) -> Inherited {
        Inherited::Nothing
    }

    fn judge(&self, example: Option<&Value>, actual: &Value, unexpected: Unexpected) -> Verdict {
        match actual {
            Value::Array(elements) => {
                Verdict::holds_if(self.missing(example, elements, unexpected).next().is_none())
            }
            _ => Verdict::Fails,
        }
    }

    /// A text has no elements.
    fn holds(&self, _: Given<'_>) -> bool {
        false
    }

    /// Describes all missing variants.
    fn describe(&self, rejected: &Rejected<'_>) -> String {
        let Given::Json(Value::Array(elements)) = rejected.actual else {
            return format!("Expected {} to be an array", rejected.typed());
        };
        let (missing, more) = self.first_missing(rejected.json_example(), elements, rejected.unexpected);
        let mut descriptions: Vec<_> = missing.iter().map(Wanted::description).collect();
        if more > 0 {
            descriptions.push(more_missing(more));
        }
        descriptions.join(", ")
    }

    /// Returns `an array that contains each of the 2 variants`.
    fn expect(&self, _: Option<Given<'_>>) -> String {
        match self.variants.len() {
            0 => "an array that contains the example's elements".to_owned(),
            1 => "an array that contains the variant".to_owned(),
            count => format!("an array that contains each of the {count} variants"),
        }
    }

    fn role(&self) -> Role<'_> {
        Role::ArrayContains(self)
    }
}

/// Says that this many more variants are missing.
pub(crate) fn more_missing(count: usize) -> String {
    format!("{count} more were not found in the actual list")
}

/// The elements to search.
struct Elements<'a> {
    actual: &'a [Value],
    unexpected: Unexpected,
    /// Elements by hash: an element that must equal the example is compared with few candidates.
    by_hash: Option<HashMap<u64, Vec<&'a Value>>>,
}

impl<'a> Elements<'a> {
    fn have(&mut self, wanted: &Wanted<'a>) -> bool {
        let unexpected = self.unexpected;
        let fits = |element: &Value| effort::spend(STEPS_OF_ELEMENT) && wanted.fits(element, unexpected);
        match wanted.example {
            Some(example) if wanted.rules.is_empty() => {
                let by_hash = self.by_hash.get_or_insert_with(|| {
                    let mut by_hash: HashMap<u64, Vec<&Value>> = HashMap::new();
                    for element in self.actual {
                        by_hash
                            .entry(hash_of(element, unexpected))
                            .or_default()
                            .push(element);
                    }
                    by_hash
                });
                let alike = by_hash.get(&hash_of(example, unexpected));
                alike.is_some_and(|alike| alike.iter().any(|element| fits(element)))
            }
            _ => self.actual.iter().any(fits),
        }
    }
}

/// Returns the same hash for equal values; if additional members are allowed, the same for all objects.
fn hash_of(value: &Value, unexpected: Unexpected) -> u64 {
    fn write(value: &Value, unexpected: Unexpected, hasher: &mut DefaultHasher) {
        std::mem::discriminant(value).hash(hasher);
        match value {
            Value::Bool(is_true) => is_true.hash(hasher),
            // Numbers are equal by value, regardless of notation.
            Value::Number(number) => {
                let double = number.as_f64();
                (if double == 0.0 { 0 } else { double.to_bits() }).hash(hasher);
            }
            Value::String(text) => text.hash(hasher),
            Value::Array(elements) => {
                elements.len().hash(hasher);
                for element in elements {
                    write(element, unexpected, hasher);
                }
            }
            Value::Object(members) if unexpected == Unexpected::Refused => {
                for (name, member) in members {
                    name.hash(hasher);
                    write(member, unexpected, hasher);
                }
            }
            Value::Null | Value::Object(_) => {}
        }
    }
    let mut hasher = DefaultHasher::new();
    write(value, unexpected, &mut hasher);
    hasher.finish()
}

fn invalid(problem: &str) -> Error {
    Error::new(ErrorKind::Invalid, problem)
}

/// An element compared with a wanted one that it does not match.
struct Attempt {
    mismatches: Vec<Mismatch>,
    /// Whether it has the JSON type of the wanted element's example.
    has_type: bool,
    path: String,
}

impl Attempt {
    /// Returns whether what differs is more than that the element is not the example.
    fn is_near(&self) -> bool {
        let is_apart = |one: &Mismatch| one.rule.is_none() && one.path == self.path;
        !self.mismatches.iter().all(is_apart)
    }
}

impl Wanted<'_> {
    fn fits(&self, element: &Value, unexpected: Unexpected) -> bool {
        json::fits(self.rules, self.example, element, unexpected)
    }

    /// Returns the mismatches of the nearest element: the one with the fewest, of equals one of the example's type, the
    /// first of these, among the first 100 elements. None if nothing of it is near: it differs as a whole from the example.
    pub(crate) fn nearest(
        &self,
        actual: &[Value],
        unexpected: Unexpected,
        place: &Place<'_>,
    ) -> Vec<Mismatch> {
        let attempts = actual
            .iter()
            .take(MOST_TRIED)
            .enumerate()
            .map(|(index, element)| {
                let here = place.index(index);
                Attempt {
                    mismatches: json::mismatches(self.rules, self.example, element, unexpected, &here),
                    has_type: self.example.is_none_or(|example| type_of::same(example, element)),
                    path: here.path(),
                }
            });
        let nearest = attempts.min_by_key(|attempt| (attempt.mismatches.len(), !attempt.has_type));
        nearest
            .filter(Attempt::is_near)
            .map_or_else(Vec::new, |attempt| attempt.mismatches)
    }

    /// Returns `Variant at index 1 ({…}) was not found in the actual list`.
    fn description(&self) -> String {
        let example = self
            .example
            .map_or_else(|| "no example".to_owned(), Value::to_string);
        format!(
            "Variant at index {} ({}) was not found in the actual list",
            self.index,
            show::cut(&example)
        )
    }

    /// Returns the failure for a missing variant.
    pub(crate) fn failure(&self) -> Failure {
        Failure {
            expectation: match self.example {
                Some(example) => format!("an element like {}", show::cut(&example.to_string())),
                None => format!("an element that matches variant {}", self.index),
            },
            description: self.description(),
            rule: "arrayContains".to_owned(),
        }
    }
}
