//! Everything that a tenant stores, as an answer that is written while it is read.

use std::{
    io::{self, BufWriter, Write},
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

use axum::body::{Body, Bytes};
use futures_util::{StreamExt as _, stream};
use tokio::runtime::Handle;

use crate::{Config, operate};

/// How much is sent at a time, in bytes.
const PIECE: usize = 64 * 1024;
/// How many pieces wait for a client that reads slowly.
const WAITING: usize = 4;

type Piece = io::Result<Bytes>;

/// The body with the export of the broker of these settings. One that fails on the way ends without its last line, which
/// says how many rows there are, so that nobody takes it for complete.
pub(super) fn body(config: Config) -> Body {
    let (sender, receiver) = sync_channel(WAITING);
    let handle = Handle::current();
    // Writing waits for the client, and reading for the database: both on threads of their own.
    tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(PIECE, Pieces(sender));
        let exported = handle.block_on(operate::export_into(&config, &mut out, Path::new("the answer")));
        if let Err(error) = exported {
            tracing::error!(%error, "the export of a tenant failed");
            let _ = out.get_ref().0.send(Err(io::Error::other("the export failed")));
        }
    });
    let pieces = stream::unfold(receiver, async |receiver: Receiver<Piece>| {
        let received = tokio::task::spawn_blocking(move || {
            let piece = receiver.recv().ok()?;
            Some((piece, receiver))
        });
        received.await.ok().flatten()
    });
    // What compresses an answer asks again after its end.
    Body::from_stream(pieces.fuse())
}

/// Sends what is written into it, and waits while the client does not read.
struct Pieces(SyncSender<Piece>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len())
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
