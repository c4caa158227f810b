//! A verification's report in the formats that CI services read.

mod github;
mod html;
mod junit;
mod markup;
