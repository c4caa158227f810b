//! Forms of texts that a type may read.

use crate::pattern::{Pattern, date, regex, uuid};

/// A form that is told by its samples: a type that reads them all reads the form.
pub(super) struct Form {
    /// As reports name it.
    pub(super) name: &'static str,
    /// At least two; the first is the example.
    pub(super) samples: &'static [&'static str],
    pattern: fn(&str) -> Pattern,
}

impl Form {
    /// The pattern with an example of this form.
    #[track_caller]
    pub(super) fn pattern(&self, example: &str) -> Pattern {
        (self.pattern)(example)
    }
}

/// Those that say more come later: what reads any text reads them all.
pub(super) const FORMS: [Form; 14] = [
    Form {
        name: "text",
        samples: &["text", "another text", "2"],
        pattern: |example| crate::pattern::string(example),
    },
    Form {
        name: "one character",
        samples: &["c", "é", "2"],
        pattern: |example| regex("(?s)^.$", example),
    },
    Form {
        name: "UUID",
        samples: &[
            "3f0e6b3c-7a1d-4c52-9d8e-0c2b1a4f5e6d",
            "00000000-0000-0000-0000-000000000000",
        ],
        pattern: |example| uuid(example),
    },
    Form {
        name: "date and time with offset (RFC 3339)",
        samples: &["2026-01-01T12:30:00Z", "2025-12-31T23:59:59.123+01:00"],
        pattern: |example| {
            regex(
                r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$",
                example,
            )
        },
    },
    Form {
        name: "date and time in UTC",
        samples: &["2026-01-01T12:30:00Z", "2025-12-31T23:59:59Z"],
        pattern: |example| regex(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$", example),
    },
    Form {
        name: "date and time without offset",
        samples: &["2026-01-01T12:30:00", "2025-12-31T23:59:59.5"],
        pattern: |example| regex(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?$", example),
    },
    Form {
        name: "date",
        samples: &["2026-01-01", "2024-02-29"],
        pattern: |example| date("yyyy-MM-dd", example),
    },
    Form {
        name: "time of day",
        samples: &["12:30:00", "23:59:59"],
        pattern: |example| regex(r"^\d{2}:\d{2}:\d{2}$", example),
    },
    Form {
        name: "IPv4 address",
        samples: &["127.0.0.1", "10.0.0.255"],
        pattern: |example| regex(r"^\d{1,3}(?:\.\d{1,3}){3}$", example),
    },
    Form {
        name: "IPv6 address",
        samples: &["::1", "2001:db8::1"],
        pattern: |example| regex("^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$", example),
    },
    Form {
        name: "URL",
        samples: &["https://example.com/", "http://localhost:8080/path?query=1"],
        pattern: |example| regex(r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$", example),
    },
    Form {
        name: "integer as text",
        samples: &["1", "200"],
        pattern: |example| regex(r"^-?\d+$", example),
    },
    Form {
        name: "version (semver.org)",
        samples: &["1.0.0", "2.10.3-rc.1"],
        pattern: |example| crate::pattern::semver(example),
    },
    Form {
        name: "ISO 8601 duration",
        samples: &["PT1H", "PT30M"],
        pattern: |example| regex("^[+-]?P[0-9A-Z.]+$", example),
    },
];

/// Texts to try on a type of which nothing is known, each form's example.
pub(super) fn candidates() -> impl Iterator<Item = &'static str> {
    FORMS.iter().map(|form| form.samples[0])
}

/// The names that serde lists in its message about one that is unknown.
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
