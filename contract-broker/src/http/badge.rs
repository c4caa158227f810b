//! Badges, drawn here: no README depends on another service, and no other service learns names.

use std::fmt::Write as _;

/// What a badge says, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
    Warning,
    Unknown,
}

/// A badge: two texts side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Badge {
    pub(crate) label: String,
    pub(crate) message: String,
    pub(crate) tone: Tone,
}

/// The longest text that is shown whole, in characters.
const LONGEST: usize = 120;

impl Badge {
    pub(crate) fn new(label: impl Into<String>, message: impl Into<String>, tone: Tone) -> Self {
        Self {
            label: label.into(),
            message: message.into(),
            tone,
        }
    }

    /// The badge as SVG. Text widths are estimated and then enforced, so that it looks the same with every font.
    pub(crate) fn svg(&self) -> String {
        let (label, message) = (shorten(&self.label), shorten(&self.message));
        let (left, right) = (width(&label), width(&message));
        let colour = match self.tone {
            Tone::Good => "#2e8540",
            Tone::Bad => "#b3261e",
            Tone::Warning => "#9a6700",
            Tone::Unknown => "#5f6b7a",
        };
        let (label, message) = (escape(&label), escape(&message));
        let total = left + right;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{total}\" height=\"20\" role=\"img\" \
             aria-label=\"{label}: {message}\"><title>{label}: {message}</title>\
             <clipPath id=\"r\"><rect width=\"{total}\" height=\"20\" rx=\"3\"/></clipPath>\
             <g clip-path=\"url(#r)\"><rect width=\"{left}\" height=\"20\" fill=\"#414b57\"/>\
             <rect x=\"{left}\" width=\"{right}\" height=\"20\" fill=\"{colour}\"/></g>\
             <g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,Geneva,sans-serif\" font-size=\"11\">"
        );
        for (x, width, text) in [(0, left, &label), (left, right, &message)] {
            if width > 0 {
                let (start, length) = (x + PADDING, width - 2 * PADDING);
                let _ = write!(
                    svg,
                    "<text x=\"{start}\" y=\"14\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\">{text}</text>"
                );
            }
        }
        svg.push_str("</g></svg>");
        svg
    }
}

/// Space left and right of a text.
const PADDING: u32 = 6;

/// The width of a text with its padding, in pixels; nothing for no text.
fn width(text: &str) -> u32 {
    if text.is_empty() {
        return 0;
    }
    // Tenths of a pixel at 11 pixels, near enough to Verdana's.
    let tenths: u32 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' | ' ' => 36,
            'f' | 'r' | 't' | 'I' | '(' | ')' | '[' | ']' | '/' | '-' => 46,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 102,
            'A'..='Z' => 77,
            c if c.is_ascii() => 67,
            _ => 110,
        })
        .sum();
    tenths.div_ceil(10) + 2 * PADDING
}

fn shorten(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

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
    use super::*;

    #[test]
    fn a_badge_says_both_texts_and_nothing_else() {
        let svg = Badge::new("a<b>/\"c\" & d\u{0}", "verified", Tone::Good).svg();
        assert!(
            svg.contains("<title>a&lt;b&gt;/&quot;c&quot; &amp; d : verified</title>"),
            "{svg}"
        );
        assert_eq!(svg.matches("<text").count(), 2);
        assert!(is_balanced(&svg), "{svg}");
        assert_eq!(Badge::new("", "x", Tone::Bad).svg().matches("<text").count(), 1);
        assert!(Badge::new("x".repeat(10_000), "y", Tone::Unknown).svg().len() < 2_000);
    }

    /// Every element that opens closes.
    fn is_balanced(svg: &str) -> bool {
        let opened = svg.matches('<').count() - svg.matches("</").count() - svg.matches("/>").count();
        opened == svg.matches("</").count()
    }

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
