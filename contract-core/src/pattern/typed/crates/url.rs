//! `url`.

use url::Url;

use crate::pattern::regex;
use crate::pattern::typed::scalars::patterns;

// A scheme followed by anything (RFC 3986, section 3.1).
patterns!(Url => regex(r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$", "https://example.com/"));
