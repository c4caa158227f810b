//! Content codings (RFC 9110, section 8.4.1): a body is decoded before comparison and encoded before sending.

use std::fmt;

use bytes::Bytes;

#[cfg(feature = "encodings")]
use super::codec;
use crate::contract::Headers;
use crate::report::value::size;

/// Bodies with more nested codings are rejected: each may multiply the size.
const MOST: usize = 5;

/// The codings of a body, in the order in which they were applied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Codings(Vec<Coding>);

/// A coding. `x-gzip` is `gzip`; names are case-insensitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Coding {
    Gzip,
    /// The zlib format; many senders use raw deflate.
    Deflate,
    Brotli,
    Zstd,
    Other(String),
}

/// Why a body cannot be decoded or encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A coding unknown to this library.
    Unknown(String),
    /// The build lacks the Cargo feature for the coding.
    #[cfg_attr(
        feature = "encodings",
        expect(dead_code, reason = "this build has the feature")
    )]
    Feature(Coding),
    /// The bytes are not valid for the coding.
    #[cfg_attr(
        not(feature = "encodings"),
        expect(dead_code, reason = "this build decodes nothing")
    )]
    Broken { coding: Coding, reason: String },
    /// The decoded body exceeds the limit.
    #[cfg_attr(
        not(feature = "encodings"),
        expect(dead_code, reason = "this build decodes nothing")
    )]
    TooLarge { coding: Coding, limit: usize },
    /// There are too many codings.
    TooMany,
}

impl Codings {
    /// Returns the codings in `Content-Encoding`, in one line or several.
    pub(crate) fn of(headers: &Headers) -> Self {
        let lines = headers.get("content-encoding").unwrap_or_default();
        Self::parse(lines.iter().map(String::as_str))
    }

    /// Parses the codings of one list or several. `identity` is ignored.
    pub(crate) fn parse<'a>(lists: impl IntoIterator<Item = &'a str>) -> Self {
        let names = lists.into_iter().flat_map(|list| list.split(','));
        let codings = names.filter_map(|name| match name.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => None,
            "gzip" | "x-gzip" => Some(Coding::Gzip),
            "deflate" => Some(Coding::Deflate),
            "br" => Some(Coding::Brotli),
            "zstd" => Some(Coding::Zstd),
            other => Some(Coding::Other(other.to_owned())),
        });
        Self(codings.collect())
    }

    /// Returns whether the body is not encoded.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether one of them is unknown.
    #[cfg(any(feature = "consumer", feature = "provider"))]
    pub(crate) fn has_unknown(&self) -> bool {
        self.0.iter().any(|coding| coding.unknown().is_some())
    }

    /// Decodes the body to at most `limit` bytes.
    pub(crate) fn decode(&self, body: Bytes, limit: usize) -> Result<Bytes, Problem> {
        self.check()?;
        let mut outermost_first = self.0.iter().rev();
        outermost_first.try_fold(body, |body, coding| coding.decode(&body, limit))
    }

    /// Encodes the body.
    #[cfg(any(feature = "consumer", feature = "provider"))]
    pub(crate) fn encode(&self, body: Bytes) -> Result<Bytes, Problem> {
        self.check()?;
        let mut innermost_first = self.0.iter();
        innermost_first.try_fold(body, |body, coding| coding.encode(&body))
    }

    fn check(&self) -> Result<(), Problem> {
        if self.0.len() > MOST {
            return Err(Problem::TooMany);
        }
        if let Some(name) = self.0.iter().find_map(Coding::unknown) {
            return Err(Problem::Unknown(name.to_owned()));
        }
        #[cfg(not(feature = "encodings"))]
        if let Some(known) = self.0.first() {
            return Err(Problem::Feature(known.clone()));
        }
        Ok(())
    }
}

impl Coding {
    /// Returns its name if it is unknown.
    fn unknown(&self) -> Option<&str> {
        match self {
            Self::Other(name) => Some(name),
            Self::Gzip | Self::Deflate | Self::Brotli | Self::Zstd => None,
        }
    }
}

#[cfg(feature = "encodings")]
impl Coding {
    fn decode(&self, body: &[u8], limit: usize) -> Result<Bytes, Problem> {
        let decoded = match self {
            Self::Gzip => codec::gzip(body, limit),
            Self::Deflate => codec::deflate(body, limit),
            Self::Brotli => codec::brotli(body, limit),
            Self::Zstd => codec::zstd(body, limit),
            Self::Other(name) => return Err(Problem::Unknown(name.clone())),
        };
        decoded.map(Bytes::from).map_err(|failure| match failure {
            codec::Failure::TooLarge => Problem::TooLarge {
                coding: self.clone(),
                limit,
            },
            codec::Failure::Broken(reason) => Problem::Broken {
                coding: self.clone(),
                reason,
            },
        })
    }

    #[cfg(any(feature = "consumer", feature = "provider"))]
    fn encode(&self, body: &[u8]) -> Result<Bytes, Problem> {
        let encoded = match self {
            Self::Gzip => codec::to_gzip(body),
            Self::Deflate => codec::to_deflate(body),
            Self::Brotli => codec::to_brotli(body),
            Self::Zstd => codec::to_zstd(body),
            Self::Other(name) => return Err(Problem::Unknown(name.clone())),
        };
        Ok(Bytes::from(encoded))
    }
}

/// Without the feature, [`Codings::check`] rejects every coding first.
#[cfg(not(feature = "encodings"))]
impl Coding {
    fn decode(&self, _body: &[u8], _limit: usize) -> Result<Bytes, Problem> {
        Err(Problem::Feature(self.clone()))
    }

    #[cfg(any(feature = "consumer", feature = "provider"))]
    fn encode(&self, _body: &[u8]) -> Result<Bytes, Problem> {
        Err(Problem::Feature(self.clone()))
    }
}

impl fmt::Display for Codings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, coding) in self.0.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            write!(f, "{separator}{coding}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Other(name) => name,
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(
                f,
                "the content coding {name:?} is unknown (known are gzip, deflate, br, zstd and identity)"
            ),
            Self::Feature(coding) => write!(
                f,
                "the content coding {coding} needs the feature `encodings` of contract-core; enable it"
            ),
            Self::Broken { coding, reason } => write!(f, "the body is not valid {coding}: {reason}"),
            Self::TooLarge { coding, limit } => {
                write!(
                    f,
                    "the {coding} body decodes to more than the limit of {}",
                    size(*limit)
                )
            }
            Self::TooMany => write!(f, "Content-Encoding names more than {MOST} codings"),
        }
    }
}

#[cfg(test)]
#[cfg(all(feature = "encodings", any(feature = "consumer", feature = "provider")))]
mod tests {
    use super::*;

    const LIMIT: usize = 1 << 20;
    const ALL: [&str; 6] = ["gzip", "x-gzip", "deflate", "br", "zstd", "gzip, br"];

    fn codings(list: &str) -> Codings {
        Codings::parse([list])
    }

    fn text(length: usize) -> Bytes {
        (0..length)
            .map(|at| b"{\"id\": 42, \"name\": \"Ada\"}\n"[at % 26])
            .collect()
    }

    #[test]
    fn what_was_encoded_is_decoded() {
        for list in ALL
            .into_iter()
            .chain(["identity", "", "deflate, zstd , identity,br"])
        {
            for length in [0, 1, 26, 100_000] {
                let body = text(length);
                let encoded = codings(list).encode(body.clone()).unwrap();
                assert_eq!(
                    codings(list).decode(encoded, LIMIT).unwrap(),
                    body,
                    "{list:?} {length}"
                );
            }
        }
    }

    #[test]
    fn what_other_programs_encode_is_decoded() {
        // The text "hello, wire\n" encoded by Python's gzip and zlib, Node's zlib and the program zstd.
        for (list, hex) in [
            (
                "gzip",
                "1f8b08000000000002ffcb48cdc9c9d75128cf2c4ae50200f0da08a10c000000",
            ),
            ("deflate", "789ccb48cdc9c9d75128cf2c4ae502001cd40422"),
            // Raw deflate, as some servers send.
            ("deflate", "cb48cdc9c9d75128cf2c4ae50200"),
            ("br", "8b058068656c6c6f2c20776972650a03"),
            ("zstd", "28b52ffd045861000068656c6c6f2c20776972650a9c9d4999"),
        ] {
            let decoded = codings(list).decode(bytes(hex), LIMIT).unwrap();
            assert_eq!(decoded, "hello, wire\n", "{list} {hex}");
        }
    }

    fn bytes(hex: &str) -> Bytes {
        let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(digit).collect()
    }

    #[test]
    fn several_members_and_frames_on_end_are_one_body() {
        for list in ["gzip", "zstd"] {
            let (first, second) = (text(30), text(70));
            let mut body = codings(list).encode(first.clone()).unwrap().to_vec();
            if list == "zstd" {
                // A skippable frame with three bytes.
                body.extend(bytes("502a4d1803000000aabbcc"));
            }
            body.extend(codings(list).encode(second.clone()).unwrap());
            let decoded = codings(list).decode(Bytes::from(body), LIMIT).unwrap();
            assert_eq!(decoded, [first, second].concat(), "{list}");
        }
    }

    #[test]
    fn zeros_behind_gzip_are_padding_and_other_bytes_are_named() {
        let (first, second) = (text(30), text(70));
        let encoded = |body: &Bytes| codings("gzip").encode(body.clone()).unwrap().to_vec();
        let padded = [encoded(&first), vec![0; 512]].concat();
        assert_eq!(
            codings("gzip").decode(padded.clone().into(), LIMIT).unwrap(),
            first
        );
        let two = [padded, encoded(&second), vec![0]].concat();
        let decoded = codings("gzip").decode(two.into(), LIMIT).unwrap();
        assert_eq!(decoded, [&first[..], &second[..]].concat());
        for (behind, words) in [
            (&b"x"[..], "1 byte follows its end: 78"),
            (
                b"\0\0more than eight",
                "15 bytes follow its end: 6d 6f 72 65 20 74 68 61 …",
            ),
        ] {
            let body = [encoded(&first), behind.to_vec()].concat();
            let problem = codings("gzip").decode(body.into(), LIMIT).unwrap_err();
            assert_eq!(
                problem.to_string(),
                format!("the body is not valid gzip: {words}")
            );
        }
    }

    #[test]
    fn a_limit_is_shown_in_the_unit_that_it_is_set_in() {
        for (limit, words) in [(64 << 20, "64 MiB"), (3 << 10, "3 KiB"), (1500, "1,500 bytes")] {
            let problem = Problem::TooLarge {
                coding: Coding::Gzip,
                limit,
            };
            assert_eq!(
                problem.to_string(),
                format!("the gzip body decodes to more than the limit of {words}")
            );
        }
    }

    #[test]
    fn broken_bodies_are_named_and_never_taken_for_whole() {
        let body = text(5_000);
        for list in ["gzip", "deflate", "br", "zstd"] {
            let encoded = codings(list).encode(body.clone()).unwrap();
            for length in (1..encoded.len()).step_by(encoded.len() / 20 + 1) {
                let problem = codings(list).decode(encoded.slice(..length), LIMIT).unwrap_err();
                assert!(
                    matches!(problem, Problem::Broken { .. }),
                    "{list} {length}: {problem}"
                );
                assert!(problem.to_string().contains(list), "{problem}");
            }
            let plain = codings(list).decode(Bytes::from_static(b"{\"id\":1}"), LIMIT);
            assert!(matches!(plain, Err(Problem::Broken { .. })), "{list}: {plain:?}");
        }
        // In raw deflate only the blocks mark the end.
        let raw = codings("deflate").encode(body).unwrap();
        let raw = raw.slice(2..raw.len() - 10);
        assert!(codings("deflate").decode(raw, LIMIT).is_err());
    }

    #[test]
    fn no_more_than_the_limit_comes_out() {
        let zeros = Bytes::from(vec![0; 10 << 20]);
        for list in ALL {
            let bomb = match list {
                // Written without compression here: this is what Node's zlib makes of it.
                "br" => bytes("cbffff3ff82700e2b14020f7fe2fffff3ff04f00c4611180eefd07"),
                list => codings(list).encode(zeros.clone()).unwrap(),
            };
            assert!(bomb.len() < zeros.len() / 100, "{list} {}", bomb.len());
            let problem = codings(list).decode(bomb.clone(), LIMIT).unwrap_err();
            assert!(
                matches!(problem, Problem::TooLarge { limit: LIMIT, .. }),
                "{list}: {problem}"
            );
            assert_eq!(
                codings(list).decode(bomb, zeros.len()).unwrap().len(),
                zeros.len(),
                "{list}"
            );
        }
        let six = codings("gzip,gzip,gzip,gzip,gzip,gzip").decode(Bytes::new(), LIMIT);
        assert_eq!(six, Err(Problem::TooMany));
    }

    #[test]
    fn unknown_codings_are_named() {
        for list in ["utf-8", "gzip, compress", "gzip;q=1"] {
            let problem = codings(list).decode(text(10), LIMIT).unwrap_err();
            assert!(matches!(problem, Problem::Unknown(_)), "{list}: {problem}");
        }
        assert_eq!(
            codings("GZIP, Compress")
                .decode(text(1), LIMIT)
                .unwrap_err()
                .to_string(),
            "the content coding \"compress\" is unknown (known are gzip, deflate, br, zstd and identity)"
        );
        assert_eq!(codings("X-GZIP , identity"), codings("gzip"));
    }
}
