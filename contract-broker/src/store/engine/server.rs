//! A PostgreSQL server: its address, and whether TLS is used.

use std::{error::Error as _, io};

use percent_encoding::percent_decode_str;
use rustls::Error as TlsError;
use tokio_postgres::{
    Client, Config, Socket,
    config::{Host, SslMode},
    error::SqlState,
    tls::MakeTlsConnect,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::trust::{Mode, client};

pub(super) type ServerConnection =
    tokio_postgres::Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// A server and its TLS settings.
pub(crate) struct Server {
    config: Config,
    mode: Mode,
    tls: MakeRustlsConnect,
}

impl Server {
    /// Parses an address with libpq's TLS parameters; `tokio_postgres` parses the rest.
    ///
    /// # Errors
    /// What is wrong with it, without a password that it may contain.
    pub(super) fn read(url: &str) -> Result<Self, String> {
        let Parameters {
            url,
            sslmode,
            sslrootcert,
        } = Parameters::take_out(url);
        let mode = Mode::read(sslmode.as_deref(), sslrootcert.as_deref())?;
        let mut config: Config = url.parse().map_err(|error| explain(&error))?;
        if config.get_hosts().is_empty() {
            // The host name for TLS is then the address.
            for address in config.get_hostaddrs().to_vec() {
                config.host(address.to_string());
            }
        }
        let on_this_machine = config.get_hostaddrs().is_empty()
            && config
                .get_hosts()
                .iter()
                .all(|host| !matches!(host, Host::Tcp(_)));
        config.ssl_mode(match mode {
            // A local socket cannot be intercepted, and PostgreSQL does not use TLS there.
            _ if on_this_machine => SslMode::Disable,
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
        });
        Ok(Self {
            config,
            mode,
            tls: MakeRustlsConnect::new(client(mode, sslrootcert.as_deref())?),
        })
    }

    /// Returns the hosts with their ports, and the name of the database.
    pub(super) fn name(&self) -> String {
        let ports = self.config.get_ports();
        let hosts = self.config.get_hosts().iter().enumerate().map(|(at, host)| {
            let port = ports.get(at).or(ports.first()).copied().unwrap_or(5432);
            match host {
                Host::Tcp(name) => format!("{name}:{port}"),
                Host::Unix(folder) => format!("{}:{port}", folder.display()),
            }
        });
        let hosts: Vec<String> = hosts.collect();
        let database = self.config.get_dbname().or(self.config.get_user());
        format!("{}/{}", hosts.join(","), database.unwrap_or_default())
    }

    /// Connects.
    ///
    /// # Errors
    /// Why it failed and, for TLS problems, which setting is responsible.
    pub(super) async fn connect(&self) -> Result<(Client, ServerConnection), String> {
        let connected = match self.config.connect(self.tls.clone()).await {
            Err(error) if self.config.get_ssl_mode() == SslMode::Prefer && may_do_without_tls(&error) => {
                let mut plain = self.config.clone();
                plain.ssl_mode(SslMode::Disable);
                plain.connect(self.tls.clone()).await
            }
            connected => connected,
        };
        connected.map_err(|error| {
            let way_out = way_out(&error, self.mode).unwrap_or_default();
            format!("{}{way_out}", explain(&error))
        })
    }
}

/// The parameters of an address that `tokio_postgres` does not know, or not to the same extent as libpq.
struct Parameters {
    /// The address without them.
    url: String,
    sslmode: Option<String>,
    sslrootcert: Option<String>,
}

impl Parameters {
    fn take_out(url: &str) -> Self {
        let mut taken = Self {
            url: url.to_owned(),
            sslmode: None,
            sslrootcert: None,
        };
        // A password may contain a question mark.
        let after_password = url.find('@').map_or(0, |at| at + 1);
        let Some(mark) = url[after_password..].find('?') else {
            return taken;
        };
        let (before, query) = url.split_at(after_password + mark);
        let rest: Vec<_> = query[1..]
            .split('&')
            .filter(|parameter| {
                let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
                let text = |text| percent_decode_str(text).decode_utf8_lossy();
                let place = match &*text(key) {
                    "sslmode" => &mut taken.sslmode,
                    "sslrootcert" => &mut taken.sslrootcert,
                    _ => return true,
                };
                *place = Some(text(value).into_owned());
                false
            })
            .collect();
        taken.url = if rest.is_empty() {
            before.to_owned()
        } else {
            format!("{before}?{}", rest.join("&"))
        };
        taken
    }
}

/// Returns whether a connection that failed with TLS may succeed without it, which libpq tries if TLS is only
/// preferred: no common TLS version, or the server only admits this user without TLS.
fn may_do_without_tls(error: &tokio_postgres::Error) -> bool {
    match error.code() {
        Some(state) => *state == SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        None => io_error(error).is_some_and(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::InvalidData
                    | io::ErrorKind::InvalidInput
                    | io::ErrorKind::UnexpectedEof
                    | io::ErrorKind::ConnectionReset
            )
        }),
    }
}

/// Suggests how to fix a TLS failure.
fn way_out(error: &tokio_postgres::Error, mode: Mode) -> Option<String> {
    let refused = io_error(error)
        .and_then(io::Error::get_ref)
        .and_then(|error| error.downcast_ref());
    let way_out = match (refused, mode) {
        (Some(TlsError::InvalidCertificate(_)), Mode::VerifyCa | Mode::VerifyFull) => {
            "asks for a certificate that an authority in sslrootcert=PATH has signed (with sslrootcert=system, one that \
             this machine trusts), and with verify-full is for the host in the address"
        }
        (Some(_), _) => "needs a TLS that both sides know, 1.2 or 1.3, and a certificate of X.509 version 3",
        (None, _) if error.source()?.to_string() == "server does not support TLS" => {
            "needs it: turn it on there (ssl = on), or do without by sslmode=prefer or sslmode=disable"
        }
        _ => return None,
    };
    Some(format!("; sslmode={} in database.url {way_out}", mode.name()))
}

fn io_error(error: &tokio_postgres::Error) -> Option<&io::Error> {
    error.source()?.downcast_ref()
}

/// Formats an error with its cause.
fn explain(error: &tokio_postgres::Error) -> String {
    match error.source() {
        Some(from_server) if error.code().is_some() => from_server.to_string(),
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Server {
        Server::read(url).expect("an address")
    }

    #[test]
    fn a_socket_of_this_machine_gets_no_tls() {
        for (url, mode) in [
            (
                "postgres:///contracts?host=/run/postgresql&sslmode=require",
                SslMode::Disable,
            ),
            ("postgres://%2Frun%2Fpostgresql/contracts", SslMode::Disable),
            ("postgres://db/contracts", SslMode::Prefer),
            ("postgres://db/contracts?sslmode=disable", SslMode::Disable),
            ("postgres://db/contracts?sslmode=verify-full", SslMode::Require),
        ] {
            assert_eq!(read(url).config.get_ssl_mode(), mode, "{url}");
        }
    }

    #[test]
    fn the_parameters_of_tls_are_read_and_the_others_left() {
        let server =
            read("postgres://ci:a?b@db/contracts?application_name=x%26y&sslmode=disable&sslmode=%72equire");
        assert_eq!(server.mode, Mode::Require);
        assert_eq!(server.config.get_password(), Some(b"a?b".as_slice()));
        assert_eq!(server.config.get_application_name(), Some("x&y"));
    }

    #[test]
    fn an_address_without_a_name_is_its_own_name() {
        let server = read("postgres:///contracts?hostaddr=192.0.2.1");
        assert_eq!(server.config.get_hosts(), [Host::Tcp("192.0.2.1".to_owned())]);
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said_without_its_password() {
        for (parameters, expected) in [
            ("sslmode=sometimes", "sslmode=sometimes is not known"),
            ("sslcert=client.pem", "unknown option `sslcert`"),
            ("sslrootcert=system&sslmode=require", "needs sslmode=verify-full"),
        ] {
            let problem = Server::read(&format!("postgres://ci:swordfish@db/contracts?{parameters}"));
            let problem = problem.err().expect("it is wrong");
            assert!(
                problem.contains(expected) && !problem.contains("swordfish"),
                "{problem}"
            );
        }
    }
}
