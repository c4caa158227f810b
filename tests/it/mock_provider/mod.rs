//! What the book's page about the mock provider shows, as tests that run. They are run by `consumer_tests`, which sends
//! their contracts into a temporary folder.

mod page;
mod shop;
