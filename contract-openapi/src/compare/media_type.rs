//! Finds a media type in a list.

/// A normalised media type: lower case, without blanks.
struct Wanted {
    text: String,
    quality: f64,
}

/// Finds the media type in `available` that matches one of `wanted` (a list as in `Accept`), and returns its index.
///
/// Tried in this order: the same with parameters; the same without parameters; the same type and suffix, so that
/// `application/vnd.x+json` matches `application/json`; a range in `available`; a range in `wanted`.
pub(super) fn find_media_type(wanted: &str, available: &[&str]) -> Option<usize> {
    let mut wanted: Vec<Wanted> = wanted.split(',').map(Wanted::parse).collect();
    wanted.sort_by(|one, other| other.quality.total_cmp(&one.quality));
    let available: Vec<String> = available.iter().map(|text| compact(text)).collect();
    let find = |wanted: &str, fits: &dyn Fn(&str, &str) -> bool| {
        available.iter().position(|available| fits(wanted, available))
    };
    if let Some(index) = wanted
        .iter()
        .find_map(|wanted| find(&wanted.text, &|one, other| one == other))
    {
        return Some(index);
    }
    let wanted: Vec<&str> = wanted.iter().map(|wanted| essence(&wanted.text)).collect();
    let first = |fits: &dyn Fn(&str, &str) -> bool| {
        wanted.iter().find_map(|wanted| {
            available
                .iter()
                .position(|available| fits(wanted, essence(available)))
        })
    };
    first(&|one, other| one == other)
        .or_else(|| first(&|one, other| main_type(one) == main_type(other) && suffix(one) == suffix(other)))
        .or_else(|| first(&|one, other| suffix(other) == "*" && main_type(one) == main_type(other)))
        .or_else(|| available.iter().position(|available| available == "*/*"))
        .or_else(|| first(&|one, other| suffix(one) == "*" && main_type(one) == main_type(other)))
        .or_else(|| (wanted.contains(&"*/*") && !available.is_empty()).then_some(0))
}

/// Returns whether a media type matches one in `wanted`.
pub(super) fn fits(wanted: &str, available: &str) -> bool {
    find_media_type(wanted, &[available]).is_some()
}

impl Wanted {
    fn parse(text: &str) -> Self {
        let text = compact(text);
        let Some(start) = text.find(";q=") else {
            return Self { text, quality: 1.0 };
        };
        let rest = &text[start + 3..];
        let end = rest.find(';').unwrap_or(rest.len());
        let quality = rest[..end].parse().unwrap_or(1.0);
        Self {
            text: format!("{}{}", &text[..start], &rest[end..]),
            quality,
        }
    }
}

fn compact(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

fn essence(text: &str) -> &str {
    text.split(';').next().unwrap_or(text)
}

fn main_type(text: &str) -> &str {
    text.split('/').next().unwrap_or(text)
}

/// Returns the text after the last `+` of the subtype; the subtype itself if there is none.
fn suffix(text: &str) -> &str {
    let subtype = text.split('/').nth(1).unwrap_or("");
    subtype.rsplit('+').next().unwrap_or(subtype)
}

#[cfg(test)]
mod tests {
    use super::find_media_type;

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
            assert_eq!(find_media_type(wanted, available), expected, "{wanted}");
        }
        assert_eq!(find_media_type("*/*", &[]), None);
    }
}
