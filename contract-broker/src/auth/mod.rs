//! Who asks: accounts and tokens of the settings, tokens of accounts in the database, and people who logged in, checked before
//! any handler; and whose signatures of others count.

mod access;
mod asker;
mod credentials;
mod failures;
mod federation;
mod group_rules;
mod guard;
mod holder;
mod issuer;
mod issuer_client;
mod issuers;
mod jws;
mod keys;
mod needs;
mod operator;
mod origin;
mod principal;
mod provider;
mod refused;
mod session;
#[cfg(test)]
mod signer;
mod throttle;
mod unique_json;

pub use access::Access;
pub use asker::Asker;
pub use credentials::{Account, Credentials};
pub(crate) use failures::Failures;
pub(crate) use federation::{Federation, Job};
pub(crate) use guard::{Challenge, Guard, guard};
pub(crate) use holder::{Holder, Known};
pub(crate) use issuer::Problem;
pub(crate) use issuers::Issuers;
pub(crate) use operator::{AskedOfOperators, NoOperator, Operator, Operators};
pub(crate) use origin::Origin;
pub use principal::Principal;
pub(crate) use principal::{Account as AccountOf, Caller, Narrowed, Via};
pub(crate) use provider::{Attempt, LoggedOut, LoginProblem, Person, Provider, Returned};
pub(crate) use session::{Cookies, SessionText, cookie};
