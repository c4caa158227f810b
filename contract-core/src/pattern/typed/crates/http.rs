//! `http`, in the form of the crate `http-serde`: the crate itself does not implement serde.

use http::{HeaderName, HeaderValue, Method, StatusCode, Uri, Version};

use crate::pattern::typed::scalars::patterns;
use crate::pattern::{integer, regex, string};

patterns!(StatusCode => integer(200));
patterns!(Method => regex("^[!#-'*+.0-9A-Z^_`a-z|~-]+$", "GET"));
patterns!(Uri => regex(r"^\S+$", "https://example.com/"));
patterns!(HeaderName => regex("^[!#-'*+.0-9A-Z^_`a-z|~-]+$", "accept"));
patterns!(HeaderValue => string("text"));
patterns!(Version => regex(r"^HTTP/\d(?:\.\d)?$", "HTTP/1.1"));
