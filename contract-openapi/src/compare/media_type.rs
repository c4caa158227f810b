//! Finds a media type in a list.

use crate::description::MediaType;

/// Whether media types that differ in the value of a parameter are different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parameters {
    /// They are: `application/json;profile=a` is not `application/json;profile=b`.
    Count,
    /// They are not, and the first one with the same type is found.
    Ignored,
}

/// Finds the media type in `available` that matches one of `wanted` (a list as in `Accept`), and returns its index.
///
/// Tried in this order: the same with parameters; the same with the most parameters in common; the same type and suffix, so
/// that `application/vnd.x+json` matches `application/json`; a range in `available`; a range in `wanted`.
pub(super) fn find_media_type(wanted: &str, available: &[&str], parameters: Parameters) -> Option<usize> {
    let counts = parameters == Parameters::Count;
    let mut wanted = MediaType::list(wanted);
    if counts {
        // What is not acceptable at all (RFC 9110, section 12.4.2).
        wanted.retain(|wanted| wanted.quality > 0.0);
    }
    let available: Vec<MediaType> = available.iter().map(|text| MediaType::parse(text)).collect();
    // The best of those that fit, or the first one where parameters are ignored.
    let find = |fits: &dyn Fn(&MediaType, &MediaType) -> bool| {
        wanted.iter().find_map(|wanted| {
            let mut fitting = available.iter().enumerate().filter(|(_, available)| {
                fits(wanted, available) && !(counts && wanted.contradicts(available))
            });
            if !counts {
                return fitting.next().map(|(index, _)| index);
            }
            let rank = |available: &MediaType| (available.is_plain(), wanted.likeness(available));
            let mut best = fitting.next()?;
            for other in fitting {
                if rank(other.1) > rank(best.1) {
                    best = other;
                }
            }
            Some(best.0)
        })
    };
    let has_same_main_type = |one: &MediaType, other: &MediaType| one.main_type() == other.main_type();
    find(&|one, other| one.essence == other.essence && one.has_same_parameters(other))
        .or_else(|| find(&|one, other| one.essence == other.essence))
        .or_else(|| find(&|one, other| has_same_main_type(one, other) && one.suffix() == other.suffix()))
        .or_else(|| find(&|one, other| other.suffix() == "*" && has_same_main_type(one, other)))
        .or_else(|| available.iter().position(|available| available.essence == "*/*"))
        .or_else(|| find(&|one, other| one.suffix() == "*" && has_same_main_type(one, other)))
        .or_else(|| {
            let wants_any = wanted.iter().any(|wanted| wanted.essence == "*/*");
            (wants_any && !available.is_empty()).then_some(0)
        })
}

/// Returns whether a media type is one of these, whatever its parameters.
pub(super) fn fits(wanted: &str, available: &str) -> bool {
    find_media_type(wanted, &[available], Parameters::Ignored).is_some()
}

#[cfg(test)]
mod tests {
    use super::{Parameters, find_media_type};

    #[test]
    fn the_first_rule_that_fits_decides() {
        let cases: [(&str, &[&str], Option<usize>); 10] = [
            ("application/json", &["text/plain", "application/json"], Some(1)),
            ("Application/JSON; charset=utf-8", &["application/json"], Some(0)),
            (
                "application/json;v=2",
                &["application/json;v=1", "application/json;v=2"],
                Some(1),
            ),
            ("application/vnd.x+json", &["application/json"], Some(0)),
            ("application/json", &["application/problem+json"], Some(0)),
            ("text/csv", &["application/json", "text/*"], Some(1)),
            ("text/csv", &["application/json", "*/*"], Some(1)),
            ("application/*", &["text/plain", "application/xml"], Some(1)),
            (
                "text/html;q=0.1, application/json",
                &["text/html", "application/json"],
                Some(1),
            ),
            ("text/html", &["application/json"], None),
        ];
        for (wanted, available, expected) in cases {
            for parameters in [Parameters::Count, Parameters::Ignored] {
                let found = find_media_type(wanted, available, parameters);
                assert_eq!(found, expected, "{wanted}");
            }
        }
        assert_eq!(find_media_type("*/*", &[], Parameters::Count), None);
    }

    #[test]
    fn parameters_decide_among_the_same_types() {
        let a = "application/json;profile=a";
        let found = |wanted: &str, available: &[&str]| {
            let by = |parameters| find_media_type(wanted, available, parameters);
            (by(Parameters::Count), by(Parameters::Ignored))
        };
        let b = "application/json; profile=b";
        assert_eq!(found(a, &[b, "application/json"]), (Some(1), Some(0)));
        assert_eq!(found(a, &[b]), (None, Some(0)));
        let utf8 = "application/json;charset=utf-8";
        assert_eq!(
            found(a, &[utf8, "application/json; profile=\"a\""]),
            (Some(1), Some(1))
        );
        let both = "application/json;charset=utf-8;profile=a";
        assert_eq!(
            found("application/json; charset=latin1; profile=a", &[utf8, both]),
            (Some(1), Some(0))
        );
        assert_eq!(found("application/json", &[a, utf8]), (Some(1), Some(0)));
        assert_eq!(
            found("application/json", &["application/json;profile=a;v=1", a]),
            (Some(1), Some(0))
        );
        assert_eq!(
            found(
                "application/vnd.x+json",
                &["application/problem+json", "application/json"]
            ),
            (Some(1), Some(0))
        );
        assert_eq!(
            found("application/json;q=0", &["application/json"]),
            (None, Some(0))
        );
    }
}
