//! What the broker counts about itself, for Prometheus. Each part of the broker owns the instruments that it moves, and an
//! [`Exposition`] registers all of them and writes them down when somebody asks. There is no global registry.
//!
//! Labels have few values that are known beforehand: a route is the template that the router matched, never a path, and no
//! name of a pacticipant, branch or version is a label.

mod buckets;
mod build;
mod certificates;
mod database;
mod exposition;
mod jobs;
mod label;
mod process;
mod requests;
mod stored;
mod tenants;
mod usage;
mod webhooks;

pub(crate) use build::Build;
pub(crate) use certificates::CertificateMetrics;
pub(crate) use database::{DatabaseMetrics, ErrorKind, Pool, Role};
pub(crate) use exposition::{Exposition, Format, Parts};
pub(crate) use jobs::{Deleted, Job, JobMetrics};
pub(crate) use requests::{AuthFailure, Finished, RequestMetrics};
pub(crate) use stored::{QueueCounts, StoredCounts, StoredMetrics};
pub(crate) use tenants::{TenantCounts, TenantMetrics, TurnedAway};
pub(crate) use usage::{Publication, Recorded, UsageMetrics};
pub(crate) use webhooks::{DeliveryOutcome, WebhookMetrics};
