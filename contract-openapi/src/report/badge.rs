//! Badges as SVG, drawn here: no README depends on another service, and no other service learns names.

use std::fmt::Write as _;

/// What a badge says, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Green.
    Good,
    /// Red.
    Bad,
    /// Yellow.
    Warning,
    /// Grey.
    Unknown,
}

/// A badge: two texts side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// The left text: what the badge is about.
    pub label: String,
    /// The right text: what is the case.
    pub message: String,
    /// The colour of the right side.
    pub tone: Tone,
}

/// The longest text that is shown whole, in characters.
const LONGEST: usize = 120;

impl Badge {
    /// Creates a badge. Texts longer than 120 characters are shortened when it is drawn.
    ///
    /// ```
    /// use contract_openapi::report::{Badge, Tone};
    ///
    /// let svg = Badge::new("contract coverage", "83 % of operations", Tone::Good).svg();
    /// assert!(svg.contains("<title>contract coverage: 83 % of operations</title>"));
    /// ```
    pub fn new(label: impl Into<String>, message: impl Into<String>, tone: Tone) -> Self {
        Self {
            label: label.into(),
            message: message.into(),
            tone,
        }
    }

    /// Returns the badge as SVG. Text widths are estimated and then enforced, so that it looks the same with every font.
    pub fn svg(&self) -> String {
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
    let mut rest = text.chars().map(|c| if is_shown(c) { c } else { ' ' });
    let mut short: String = rest.by_ref().take(LONGEST).collect();
    if rest.next().is_some() {
        short.pop();
        short.push('…');
    }
    short
}

/// Whether a badge can show the character: XML 1.0 has no control characters and neither U+FFFE nor U+FFFF (`Char` in
/// section 2.2), and a character that turns the direction of the text would turn the rest of the badge.
fn is_shown(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns && !matches!(c, '\u{fffe}' | '\u{ffff}')
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
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
        assert_eq!(Badge::new("", "x", Tone::Bad).svg().matches("<text").count(), 1);
        assert!(Badge::new("x".repeat(10_000), "y", Tone::Unknown).svg().len() < 2_000);
    }

    proptest::proptest! {
        #[test]
        fn a_badge_is_well_formed_whatever_it_says(label in "\\PC{0,40}|[\u{0}-\u{10ffff}]{0,200}", message in "(?s).{0,40}") {
            assert_says(&label, &message);
        }
    }

    #[test]
    fn characters_that_xml_forbids_are_left_out() {
        for text in [
            "]]>",
            "<![CDATA[",
            "<!--",
            "-->",
            "&",
            "&#0;",
            "&amp;",
            "\u{0}",
            "\u{b}",
            "\u{1b}[31m",
            "\u{7f}",
            "\u{85}",
            "\u{fffe}",
            "\u{ffff}",
            "a\u{202e}b",
            "<?xml",
            "'\"",
            "\u{1f600}",
            "\r\n\t",
            "",
        ] {
            assert_says(text, "verified");
            assert_says("a contract", text);
        }
        let turned = Badge::new("a\u{202e}b", "x", Tone::Good).svg();
        assert!(turned.contains("<title>a b: x</title>"), "{turned}");
    }

    /// The badge is read as XML and its title says what it was given, less what cannot be shown.
    fn assert_says(label: &str, message: &str) {
        let svg = Badge::new(label, message, Tone::Good).svg();
        let document = roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
        let title = document.descendants().find(|node| node.has_tag_name("title"));
        let title = title.and_then(|title| title.text()).expect("a title");
        assert_eq!(title, format!("{}: {}", shorten(label), shorten(message)));
    }
}
