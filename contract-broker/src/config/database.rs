//! Where the data lives, as the settings say it: with the password for connections, and without it for people.

use std::path::PathBuf;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{Config, Secret};

impl Config {
    /// Returns whether the data is stored in a SQLite file.
    pub fn is_sqlite(&self) -> bool {
        self.database_url.starts_with("sqlite:")
    }

    /// Returns the path of the SQLite file.
    pub(crate) fn sqlite_file(&self) -> Option<PathBuf> {
        let path = self.database_url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
    }

    /// What the database is called.
    pub fn database_name(&self) -> &'static str {
        if self.is_sqlite() { "SQLite" } else { "PostgreSQL" }
    }

    /// Where the data lives, with the password: what a connection is opened with.
    pub(crate) fn database_address(&self) -> String {
        let Some(password) = &self.database_password else {
            return self.database_url.clone();
        };
        let separator = if self.database_url.contains('?') { '&' } else { '?' };
        let password = utf8_percent_encode(password.expose(), NON_ALPHANUMERIC);
        format!("{}{separator}password={password}", self.database_url)
    }

    /// The file of certificates that `database.url` names, if it does.
    pub(crate) fn database_authorities(&self) -> Option<PathBuf> {
        let (_, query) = self.database_url.rsplit_once('?')?;
        let parameters = query.split('&').filter_map(|parameter| parameter.split_once('='));
        let (_, file) = parameters.into_iter().find(|(name, _)| *name == "sslrootcert")?;
        let file = percent_decode_str(file).decode_utf8().ok()?;
        (file != "system").then(|| PathBuf::from(file.into_owned()))
    }

    /// Why `database.password` cannot be used, if it is set and cannot be.
    pub(super) fn problem_of_database_password(&self) -> Option<String> {
        self.database_password.as_ref()?;
        if self.is_sqlite() {
            Some("database.password: SQLite has no password; set database.url to a PostgreSQL address, or leave it out".to_owned())
        } else if self.database_place() != self.database_url {
            Some("database.password: database.url has a password as well; set one of the two".to_owned())
        } else {
            None
        }
    }

    /// Returns the database URL without its password.
    pub fn database_place(&self) -> String {
        mask_password(self.database_url.clone())
    }
}

/// Masks the password in `scheme://user:password@host?password=password`.
pub(super) fn mask_password(value: String) -> String {
    let Some((scheme, rest)) = value.split_once("://") else {
        return value;
    };
    let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
    // A password may contain a slash or a question mark.
    let end = authority.rfind('@').or_else(|| rest.find('@')).unwrap_or(0);
    let (account, rest) = rest.split_at(end);
    let account = match account.split_once(':') {
        Some((user, _)) => format!("{user}:{}", Secret::MASK),
        None => account.to_owned(),
    };
    let rest = match rest.split_once('?') {
        Some((before, query)) => {
            let parameters: Vec<_> = query
                .split('&')
                .map(|parameter| match parameter.split_once('=') {
                    Some(("password", _)) => format!("password={}", Secret::MASK),
                    _ => parameter.to_owned(),
                })
                .collect();
            format!("{before}?{}", parameters.join("&"))
        }
        None => rest.to_owned(),
    };
    format!("{scheme}://{account}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_the_database_joins_its_address() {
        for (url, address) in [
            ("postgres://ci@db/x", "postgres://ci@db/x?password=a%2Fb%26"),
            (
                "postgres://ci@db/x?sslmode=require",
                "postgres://ci@db/x?sslmode=require&password=a%2Fb%26",
            ),
        ] {
            let config = Config {
                database_url: url.to_owned(),
                database_password: Some(Secret::new("a/b&")),
                ..Config::default()
            };
            assert_eq!(config.problem_of_database_password(), None);
            assert_eq!(config.database_address(), address);
            assert_eq!(config.database_place(), url);
        }
    }

    #[test]
    fn a_password_is_hidden_wherever_an_address_has_it() {
        for (address, shown) in [
            ("postgres://ci:a/b?c@db/x", "postgres://ci:**********@db/x"),
            ("postgres://ci:a@b@db/x", "postgres://ci:**********@db/x"),
            (
                "postgres://db/x?password=a&y=1",
                "postgres://db/x?password=**********&y=1",
            ),
            ("https://db:80/x?y=1", "https://db:80/x?y=1"),
            ("sqlite:x", "sqlite:x"),
        ] {
            assert_eq!(mask_password(address.to_owned()), shown);
        }
    }
}
