//! The client of the broker's HTTP API: publish contracts, fetch them for verification, publish results, ask
//! can-i-deploy, record deployments.
//!
//! A [`Client`] starts at the broker's index and follows its links, so that it works wherever the broker is mounted. It
//! retries what is safe to retry. Without one of the features `tls-ring` and `tls-aws-lc-rs` it speaks plain HTTP only.
//!
//! ```no_run
//! # async fn example() -> Result<(), contract_core::Error> {
//! use contract_core::broker::{Auth, CanIDeploy, Client, Publication};
//!
//! let broker = Client::new("http://127.0.0.1:9292", Auth::None)?;
//! let publication = Publication::new("1.4.0").branch("main").file("contracts/web-app-user-api.json")?;
//! broker.publish(&publication).await?;
//! let verdict = broker.can_i_deploy(&CanIDeploy::version("web-app", "1.4.0").to_environment("production")).await?;
//! println!("{}", verdict.reason);
//! # Ok(())
//! # }
//! ```

mod auth;
mod can_i_deploy;
mod client;
mod deployments;
mod environments;
mod hal;
mod notice;
mod pacticipants;
mod publication;
mod refusal;
mod retry;
mod selector;
mod verification;

pub use self::auth::Auth;
pub use self::can_i_deploy::{CanIDeploy, MatrixRow, Verdict};
pub use self::client::Client;
pub use self::deployments::Recorded;
pub use self::environments::{EnsuredEnvironment, Environment, NewEnvironment};
pub use self::notice::Notice;
pub use self::pacticipants::Pacticipant;
pub use self::publication::{Publication, Published};
pub use self::selector::Selector;
pub use self::verification::{ForVerification, ResultNotice, VerificationQuery, VerificationResult};
