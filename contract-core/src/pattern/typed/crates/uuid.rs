//! `uuid`.

use uuid::Uuid;

use crate::pattern::typed::scalars::patterns;
use crate::pattern::uuid;

patterns!(Uuid => uuid("3f0e6b3c-7a1d-4c52-9d8e-0c2b1a4f5e6d"));
