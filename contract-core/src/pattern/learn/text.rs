//! Forms of text that a type may accept.

use crate::pattern::{Pattern, date, regex, string, uuid};

/// A form with samples: a type that accepts all of them accepts the form.
pub(super) struct Form {
    /// The name in reports.
    pub(super) name: &'static str,
    /// The first is the example.
    pub(super) samples: &'static [&'static str],
    /// A pattern for the whole text.
    regex: &'static str,
}

/// Any text.
const ANY: Form = Form {
    name: "text",
    samples: &["text", "another text", "2"],
    regex: "(?s).*",
};

const INSTANT: Form = Form {
    name: "date and time with offset (RFC 3339)",
    samples: &["2026-01-01T12:30:00Z", "2025-12-31T23:59:59.123+01:00"],
    regex: r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})",
};

const UTC: Form = Form {
    name: "date and time in UTC",
    samples: &["2026-01-01T12:30:00Z", "2025-12-31T23:59:59Z"],
    regex: r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z",
};

const DATE: Form = Form {
    name: "date",
    samples: &["2026-01-01", "2024-02-29"],
    regex: r"\d{4}-\d{2}-\d{2}",
};

const UUID: Form = Form {
    name: "UUID",
    samples: &[
        "3f0e6b3c-7a1d-4c52-9d8e-0c2b1a4f5e6d",
        "00000000-0000-0000-0000-000000000000",
    ],
    regex: "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
};

const FORMS: [Form; 13] = [
    Form {
        name: "one character",
        samples: &["c", "é", "2"],
        regex: "(?s).",
    },
    UUID,
    DATE,
    INSTANT,
    UTC,
    Form {
        name: "date and time without offset",
        samples: &["2026-01-01T12:30:00", "2025-12-31T23:59:59.5"],
        regex: r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?",
    },
    Form {
        name: "time of day",
        samples: &["12:30:00", "23:59:59"],
        regex: r"\d{2}:\d{2}:\d{2}",
    },
    Form {
        name: "IPv4 address",
        samples: &["127.0.0.1", "10.0.0.255"],
        regex: r"\d{1,3}(?:\.\d{1,3}){3}",
    },
    Form {
        name: "IPv6 address",
        samples: &["::1", "2001:db8::1"],
        regex: "[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*",
    },
    Form {
        name: "URL",
        samples: &["https://example.com/", "http://localhost:8080/path?query=1"],
        regex: r"[A-Za-z][A-Za-z0-9+.-]*:\S+",
    },
    Form {
        name: "integer as text",
        samples: &["1", "200"],
        regex: r"-?\d+",
    },
    Form {
        name: "version (semver.org)",
        samples: &["1.0.0", "2.10.3-rc.1"],
        regex: r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?",
    },
    Form {
        name: "ISO 8601 duration",
        samples: &["PT1H", "PT30M"],
        regex: "[+-]?P[0-9A-Z.]+",
    },
];

/// The forms that a type accepts; a lenient type accepts several.
pub(super) struct Forms(Vec<&'static Form>);

impl Forms {
    /// Returns the forms whose samples are all accepted.
    pub(super) fn read_by(reads: impl Fn(&str) -> bool) -> Self {
        let is_read = |form: &Form| form.samples.iter().all(|sample| reads(sample));
        if is_read(&ANY) {
            return Self(vec![&ANY]);
        }
        let mut read: Vec<&'static Form> = FORMS.iter().filter(|form| is_read(form)).collect();
        // It is part of another form.
        if read.iter().any(|form| form.name == INSTANT.name) {
            read.retain(|form| form.name != UTC.name);
        }
        Self(read)
    }

    /// Returns whether every text is accepted.
    pub(super) fn is_any(&self) -> bool {
        self.0.iter().any(|form| form.name == ANY.name)
    }

    /// Returns the names of the forms; empty if every text is accepted.
    pub(super) fn names(&self) -> Vec<String> {
        let forms = self.0.iter().filter(|form| form.name != ANY.name);
        forms.map(|form| form.name.to_owned()).collect()
    }

    /// Returns the pattern with this example, if the example has one of the forms.
    pub(super) fn pattern(&self, example: &str) -> Option<Pattern> {
        let parts: Vec<&str> = self.0.iter().map(|form| form.regex).collect();
        let whole = format!("^(?:{})$", parts.join("|"));
        if !regex::Regex::new(&whole).is_ok_and(|whole| whole.is_match(example)) {
            return None;
        }
        Some(match self.0.as_slice() {
            [form] if form.name == ANY.name => string(example),
            [form] if form.name == DATE.name => date("yyyy-MM-dd", example),
            [form] if form.name == UUID.name => uuid(example),
            _ => regex(whole, example),
        })
    }
}

/// Returns texts to try on an unknown type, an example of each form.
pub(super) fn candidates() -> impl Iterator<Item = &'static str> {
    std::iter::once(&ANY).chain(&FORMS).map(|form| form.samples[0])
}

/// Returns the names that serde lists in its message about an unknown one.
pub(super) fn listed(message: &str) -> Vec<String> {
    let Some((_, expected)) = message
        .split_once("unknown variant")
        .and_then(|(_, rest)| rest.split_once("expected"))
    else {
        return Vec::new();
    };
    expected
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
