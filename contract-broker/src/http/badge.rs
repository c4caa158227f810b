//! Badges for README files, as [`contract_openapi`] draws them.

pub(crate) use contract_openapi::report::{Badge, Tone};

/// A name by its initials: `Orders Web` and `orders-web` give `OW` and `ow`.
pub(crate) fn initials(name: &str) -> String {
    let mut initials = String::new();
    let mut before = ' ';
    for c in name.chars() {
        let starts =
            c.is_alphanumeric() && (!before.is_alphanumeric() || (before.is_lowercase() && c.is_uppercase()));
        if starts {
            initials.push(c);
        }
        before = c;
    }
    initials
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_of_names() {
        for (name, expected) in [
            ("Orders Web", "OW"),
            ("orders-web", "ow"),
            ("OrdersWeb", "OW"),
            ("", ""),
            ("é/x", "éx"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
