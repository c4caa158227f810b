//! How the story looks in a terminal. Colours only where there is one (`anstream`).

use anstream::println;
use anstyle::{AnsiColor, Style};

const HEADING: Style = Style::new().bold();
const ASIDE: Style = Style::new().dimmed();
const YES: Style = AnsiColor::Green.on_default().bold();
const NO: Style = AnsiColor::Red.on_default().bold();

/// A numbered heading.
pub(crate) fn chapter(number: usize, title: &str) {
    println!("\n{HEADING}{number}. {title}{HEADING:#}");
}

/// A sentence of the story.
pub(crate) fn say(text: &str) {
    for line in text.lines() {
        println!("   {line}");
    }
}

/// A remark that may be skipped: an address, a file.
pub(crate) fn aside(text: &str) {
    println!("   {ASIDE}{text}{ASIDE:#}");
}

/// Something that went well.
pub(crate) fn yes(text: &str) {
    println!("   {YES}✓{YES:#} {text}");
}

/// Something that did not.
pub(crate) fn no(text: &str) {
    println!("   {NO}✗{NO:#} {text}");
}

/// Output of a tool, as its user would see it.
pub(crate) fn quote(text: &str) {
    for line in text.trim_end().lines() {
        println!("   {ASIDE}│{ASIDE:#} {line}");
    }
}

/// A command to type.
pub(crate) fn command(text: &str, what_for: &str) {
    println!("   {HEADING}{text}{HEADING:#}\n       {ASIDE}{what_for}{ASIDE:#}");
}
