//! One page for people.

use std::fmt::Write as _;

use super::markup::escape;
use crate::report::Style;
use crate::verify::report::{VerificationReport, describe};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}\
    pre{background:#8881;padding:1rem;overflow:auto;font-size:14px}li{list-style:none}\
    .passed::before{content:'✓ ';color:#187a3c}.failed::before,.error::before{content:'✗ ';color:#b3261e}\
    .pending::before{content:'⚠ ';color:#8a6100}small{color:#666}\
    :root{color-scheme:light dark}";

impl VerificationReport {
    /// The report as one page without scripts or outside resources.
    pub fn to_html(&self) -> String {
        let title = escape(&format!("{}: contract verification", self.provider));
        let mut html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
             <h1>{title}</h1>\n<p><strong>{}</strong></p>\n",
            escape(&self.decision())
        );
        for contract in &self.contracts {
            let _ = writeln!(
                html,
                "<h2>{} → {} <small>{}</small></h2>\n<ul>",
                escape(&contract.contract.consumer.name),
                escape(&self.provider),
                escape(&contract.source)
            );
            for report in &contract.interactions {
                let failed = !report.outcome.is_passed();
                let class = if failed && report.pending {
                    "pending"
                } else {
                    report.outcome.name()
                };
                let description = escape(&describe(contract.interaction(report)));
                let _ = write!(html, "<li class=\"{class}\">{description}");
                if failed {
                    let explanation = report.explanation(contract, Style::PLAIN);
                    let _ = write!(html, "<pre>{}</pre>", escape(explanation.trim_end()));
                }
                html.push_str("</li>\n");
            }
            html.push_str("</ul>\n");
        }
        if !self.unreadable.is_empty() {
            html.push_str("<h2>Contracts that could not be read</h2>\n<ul>\n");
            for error in &self.unreadable {
                let _ = writeln!(html, "<li class=\"error\">{}</li>", escape(error));
            }
            html.push_str("</ul>\n");
        }
        html.push_str("</html>\n");
        html
    }
}
