//! `bytes`, which are serialised as numbers in JSON.

use bytes::{Bytes, BytesMut};

use crate::pattern::typed::scalars::patterns;
use crate::pattern::{IntoPattern as _, each_like, integer};

patterns!(Bytes, BytesMut => each_like(integer(1)).into_pattern());
