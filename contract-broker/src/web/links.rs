//! The addresses of pages. Every name is one path segment, whatever is in it.

use crate::{
    domain::segment::encode,
    http::address::{self, Address},
};

/// Builds the addresses of pages under the broker's own path.
#[derive(Debug, Clone)]
pub(super) struct Links {
    base: String,
}

impl Links {
    /// Links under `base`: empty, or a path such as `/broker` without a slash at its end.
    pub(super) fn new(base: impl Into<String>) -> Self {
        Self { base: base.into() }
    }

    fn to<const N: usize>(&self, address: Address<N>, names: [&str; N]) -> String {
        format!("{}{}", self.base, address.path(names))
    }

    pub(super) fn index(&self) -> String {
        self.to(address::INDEX, [])
    }

    pub(super) fn description(&self) -> String {
        self.to(address::DESCRIPTION_PAGE, [])
    }

    pub(super) fn openapi(&self) -> String {
        self.to(address::DESCRIPTION, [])
    }

    pub(super) fn asset(&self, name: &str) -> String {
        format!("{}{}", self.base, address::ASSET.template([name]))
    }

    pub(super) fn pacticipants(&self) -> String {
        self.to(address::PACTICIPANTS, [])
    }

    pub(super) fn pacticipant(&self, name: &str) -> String {
        self.to(address::PACTICIPANT, [name])
    }

    pub(super) fn environments(&self) -> String {
        self.to(address::ENVIRONMENTS, [])
    }

    pub(super) fn webhooks(&self) -> String {
        self.to(address::WEBHOOKS, [])
    }

    pub(super) fn accounts(&self) -> String {
        self.to(address::ACCOUNTS, [])
    }

    pub(super) fn account(&self, uuid: &str) -> String {
        self.to(address::ACCOUNT, [uuid])
    }

    pub(super) fn system_accounts(&self) -> String {
        self.to(address::SYSTEM_ACCOUNTS, [])
    }

    pub(super) fn tokens_of(&self, uuid: &str) -> String {
        self.to(address::SYSTEM_ACCOUNT_TOKENS, [uuid])
    }

    pub(super) fn tenants(&self) -> String {
        self.to(address::TENANTS, [])
    }

    pub(super) fn tenant(&self, name: &str) -> String {
        self.to(address::TENANT, [name])
    }

    pub(super) fn tenant_export(&self, name: &str) -> String {
        self.to(address::TENANT_EXPORT, [name])
    }

    pub(super) fn description_for_programs(&self) -> String {
        self.to(address::DESCRIPTION, [])
    }

    pub(super) fn own_sessions(&self) -> String {
        self.to(address::OWN_SESSIONS, [])
    }

    pub(super) fn sessions_of(&self, uuid: &str) -> String {
        self.to(address::SESSIONS_OF, [uuid])
    }

    pub(super) fn end_session(&self, uuid: &str) -> String {
        self.to(address::END_SESSION, [uuid])
    }

    pub(super) fn login(&self) -> String {
        self.to(address::LOGIN, [])
    }

    pub(super) fn log_out(&self) -> String {
        self.to(address::LOG_OUT, [])
    }

    pub(super) fn device(&self) -> String {
        self.to(address::DEVICE, [])
    }

    pub(super) fn own_tokens(&self) -> String {
        self.to(address::OWN_TOKENS, [])
    }

    pub(super) fn token(&self, uuid: &str) -> String {
        self.to(address::TOKEN, [uuid])
    }

    pub(super) fn renew_token(&self, uuid: &str) -> String {
        self.to(address::RENEW_TOKEN, [uuid])
    }

    pub(super) fn teams(&self) -> String {
        self.to(address::TEAMS, [])
    }

    pub(super) fn team(&self, uuid: &str) -> String {
        self.to(address::TEAM, [uuid])
    }

    pub(super) fn team_members(&self, uuid: &str) -> String {
        self.to(address::TEAM_MEMBERS, [uuid])
    }

    pub(super) fn roles(&self) -> String {
        self.to(address::ROLES, [])
    }

    pub(super) fn role(&self, uuid: &str) -> String {
        self.to(address::ROLE, [uuid])
    }

    pub(super) fn reset_roles(&self) -> String {
        self.to(address::RESET_ROLES, [])
    }

    pub(super) fn audit(&self) -> String {
        self.to(address::AUDIT, [])
    }

    pub(super) fn matrix(&self) -> String {
        self.to(address::MATRIX, [])
    }

    pub(super) fn pair_matrix(&self, provider: &str, consumer: &str) -> String {
        self.to(address::MATRIX_OF_PAIR, [provider, consumer])
    }

    pub(super) fn integration(&self, provider: &str, consumer: &str) -> String {
        self.to(address::DASHBOARD_OF_PAIR, [provider, consumer])
    }

    pub(super) fn contract(&self, provider: &str, consumer: &str, version: &str) -> String {
        self.to(address::CONTRACT, [provider, consumer, version])
    }

    /// The page of a verification result, by the content's hash and the result's number.
    pub(super) fn result(&self, provider: &str, consumer: &str, sha: &str, number: i64) -> String {
        self.to(address::RESULT, [provider, consumer, sha, &number.to_string()])
    }

    pub(super) fn latest_contract(&self, provider: &str, consumer: &str) -> String {
        self.to(address::LATEST_CONTRACT, [provider, consumer])
    }

    pub(super) fn badge(&self, provider: &str, consumer: &str) -> String {
        format!("{}.svg", self.to(address::badge::LATEST, [provider, consumer]))
    }

    pub(super) fn changes(&self, provider: &str, consumer: &str, version: &str) -> String {
        self.to(address::CHANGES, [provider, consumer, version])
    }

    /// The descriptions of a provider.
    pub(super) fn provider_contracts(&self, provider: &str) -> String {
        self.to(address::PROVIDER_CONTRACTS, [provider])
    }

    /// The description of a provider version.
    pub(super) fn provider_contract(&self, provider: &str, version: &str) -> String {
        self.to(address::PROVIDER_CONTRACT, [provider, version])
    }

    /// What contracts cover of a description.
    pub(super) fn coverage(&self, provider: &str, version: &str) -> String {
        self.to(address::DESCRIPTION_COVERAGE, [provider, version])
    }

    /// What changed from the description of the version `other`.
    pub(super) fn description_changes(&self, provider: &str, version: &str, other: &str) -> String {
        self.to(address::DESCRIPTION_CHANGES, [provider, version, other])
    }

    /// The comparison of a contract with a description.
    pub(super) fn comparison(
        &self,
        provider: &str,
        version: &str,
        consumer: &str,
        consumer_version: &str,
    ) -> String {
        self.to(
            address::COMPARISON,
            [provider, version, consumer, consumer_version],
        )
    }

    pub(super) fn webhook(&self, uuid: &str) -> String {
        self.to(address::WEBHOOK, [uuid])
    }

    pub(super) fn logs(&self, uuid: &str) -> String {
        self.to(address::LOGS, [uuid])
    }

    pub(super) fn replay(&self, uuid: &str) -> String {
        self.to(address::REPLAY, [uuid])
    }

    pub(super) fn browser(&self) -> String {
        self.to(address::BROWSER, [])
    }

    /// The browser at a path of the API, which is written as it should be asked for.
    pub(super) fn browse(&self, path: &str) -> String {
        format!("{}?path={}", self.browser(), encode(path))
    }

    pub(super) fn relation(&self, relation: &str) -> String {
        self.to(address::RELATION, [relation])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_segment_whatever_is_in_it() {
        let links = Links::new("/broker");
        assert_eq!(
            links.pacticipant("a/b c?d#e%é"),
            "/broker/pacticipants/a%2Fb%20c%3Fd%23e%25%C3%A9"
        );
        assert_eq!(links.pacticipant(".."), "/broker/pacticipants/..");
        assert_eq!(Links::new("").index(), "/");
    }
}
