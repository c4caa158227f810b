//! `arrayContains`: for each variant there is an element, wherever it stands.

use crate::json::Value;

use super::check::Failure;
use super::rules::Rules;
use crate::contract::Variant;
use crate::matching::body::json;
use crate::matching::place::Place;
use crate::matching::{Mismatch, Unexpected, show};
use crate::{Error, ErrorKind};

/// The elements that an array must contain.
#[derive(Debug)]
pub(crate) struct ArrayContains {
    /// None: every element of the example.
    variants: Vec<CompiledVariant>,
    no_rules: Rules,
}

#[derive(Debug)]
struct CompiledVariant {
    index: usize,
    rules: Rules,
}

/// An element that is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// Which element of the example it stands for.
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

    /// Whether each variant is known by the element that it stands for, in all these examples of the array, or by its
    /// rules where there is no example.
    ///
    /// # Errors
    ///
    /// Where one is not: any element would do.
    pub(crate) fn check_variants(&self, examples: &[&[Value]]) -> Result<(), Error> {
        for variant in &self.variants {
            let at_fault = |error: Error| error.context(format_args!("variant {}", variant.index));
            if examples.is_empty() {
                if variant.rules.is_empty() {
                    return Err(at_fault(invalid(
                        "it has no rules, and there is no example of the array: say what the element is like",
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

    /// Whether each variant is among the elements.
    pub(crate) fn holds(&self, example: Option<&Value>, actual: &[Value], unexpected: Unexpected) -> bool {
        self.missing(example, actual, unexpected).next().is_none()
    }

    /// The variants that are not among the elements.
    pub(crate) fn missing<'a>(
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
        variants
            .chain(every)
            .filter(move |wanted| !actual.iter().any(|element| wanted.fits(element, unexpected)))
    }

    /// `an array that contains the 2 variants`
    pub(crate) fn expectation(&self) -> String {
        match self.variants.len() {
            0 => "an array that contains the example's elements".to_owned(),
            1 => "an array that contains the variant".to_owned(),
            count => format!("an array that contains each of the {count} variants"),
        }
    }

    /// All missing variants in one text.
    pub(crate) fn description(
        &self,
        example: Option<&Value>,
        actual: &[Value],
        unexpected: Unexpected,
    ) -> String {
        let missing = self
            .missing(example, actual, unexpected)
            .map(|wanted| wanted.description());
        missing.collect::<Vec<_>>().join(", ")
    }
}

fn invalid(problem: &str) -> Error {
    Error::new(ErrorKind::Invalid, problem)
}

impl Wanted<'_> {
    fn fits(&self, element: &Value, unexpected: Unexpected) -> bool {
        json::fits(self.rules, self.example, element, unexpected)
    }

    /// Why the element that comes nearest does not fit: the one with the fewest mismatches, the first of equals.
    pub(crate) fn nearest(
        &self,
        actual: &[Value],
        unexpected: Unexpected,
        place: &Place<'_>,
    ) -> Vec<Mismatch> {
        let attempts = actual.iter().enumerate().map(|(index, element)| {
            json::mismatches(self.rules, self.example, element, unexpected, &place.index(index))
        });
        attempts.min_by_key(Vec::len).unwrap_or_default()
    }

    /// `Variant at index 1 ({…}) was not found in the actual list`
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

    /// That the variant is missing.
    pub(crate) fn failure(&self) -> Failure {
        Failure {
            expectation: match self.example {
                Some(example) => format!("an element like {}", show::cut(&example.to_string())),
                None => format!("an element that fits variant {}", self.index),
            },
            description: self.description(),
            rule: "arrayContains".to_owned(),
        }
    }
}
