//! The smallest consumer: asks a greeter for a greeting, with nothing but the standard library.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

/// The body that the greeter at this address (`127.0.0.1:8080`) answers to `GET /hello`.
pub fn greeting(address: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET /hello HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200") => Ok(body.to_owned()),
        _ => Err(io::Error::other(answer)),
    }
}
