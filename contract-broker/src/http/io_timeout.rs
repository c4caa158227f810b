//! Times out connections of clients that send nothing at first, or do not read responses; notes when something came or went.

use std::{
    io::{Error, ErrorKind, IoSlice, Result},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep, sleep_until},
};

/// When something last came or went on a connection.
#[derive(Debug, Clone)]
pub(super) struct Traffic {
    opened: Instant,
    /// Milliseconds after it was opened.
    last: Arc<AtomicU64>,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            opened: Instant::now(),
            last: Arc::default(),
        }
    }
}

impl Traffic {
    fn note(&self) {
        let after = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(after, Ordering::Relaxed);
    }

    /// Waits until nothing came or went for so long.
    pub(super) async fn silent_for(&self, long: Duration) {
        loop {
            let last = Duration::from_millis(self.last.load(Ordering::Relaxed));
            let silent_at = self.opened + last + long;
            if silent_at <= Instant::now() {
                return;
            }
            sleep_until(silent_at).await;
        }
    }
}

/// The first bytes of a client that uses HTTP/2. No other timeout applies until the client's HTTP version is
/// known.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Passes all data through. Fails with [`ErrorKind::TimedOut`] if the first bytes of a client or a write make
/// no progress for longer than `limit`, so that unread responses do not accumulate in memory.
pub(super) struct IoTimeout<T> {
    inner: T,
    limit: Duration,
    traffic: Traffic,
    /// Number of received bytes of the preface; `None` if the client's HTTP version is known.
    preface: Option<usize>,
    /// Runs while the first bytes are awaited.
    silent: Option<Pin<Box<Sleep>>>,
    /// Runs while a write waits.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<T> IoTimeout<T> {
    pub(super) fn new(inner: T, limit: Duration, traffic: Traffic) -> Self {
        Self {
            inner,
            limit,
            traffic,
            preface: Some(0),
            silent: None,
            stalled: None,
        }
    }

    /// Returns the outcome of a write, or an error if it has waited for too long.
    fn within_limit<R>(&mut self, written: Poll<Result<R>>, cx: &mut Context<'_>) -> Poll<Result<R>> {
        if written.is_ready() {
            self.traffic.note();
            self.stalled = None;
            return written;
        }
        wait(&mut self.stalled, self.limit, cx)
    }

    /// Compares the received bytes with the rest of the preface.
    fn note(&mut self, read: &[u8]) {
        if let Some(known) = self.preface {
            let rest = &PREFACE[known..];
            let goes_on = !read.is_empty() && read.len() < rest.len() && rest.starts_with(read);
            self.preface = goes_on.then_some(known + read.len());
        }
    }
}

/// Starts the timer if it is not running; returns an error if it has expired.
fn wait<R>(timer: &mut Option<Pin<Box<Sleep>>>, limit: Duration, cx: &mut Context<'_>) -> Poll<Result<R>> {
    let timer = timer.get_or_insert_with(|| Box::pin(sleep(limit)));
    ready!(timer.as_mut().poll(cx));
    Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the client is silent")))
}

impl<T: AsyncRead + Unpin> AsyncRead for IoTimeout<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.inner).poll_read(cx, buffer);
        if read.is_ready() {
            this.traffic.note();
        }
        if this.preface.is_none() {
            return read;
        }
        if read.is_pending() {
            return wait(&mut this.silent, this.limit, cx);
        }
        this.note(&buffer.filled()[before..]);
        if this.preface.is_none() {
            this.silent = None;
        }
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for IoTimeout<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.within_limit(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.within_limit(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(cx);
        self.within_limit(flushed, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test]
    async fn a_write_that_nobody_reads_fails() {
        let (near, mut far) = duplex(16);
        let mut near = IoTimeout::new(near, Duration::from_millis(20), Traffic::default());
        let error = near.write_all(&[7; 100]).await.expect_err("the buffer is full");
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        let mut taken = [0; 16];
        far.read_exact(&mut taken).await.expect("what was written before");
        near.write_all(&taken).await.expect("there is room again");
    }

    #[tokio::test]
    async fn only_the_first_bytes_are_awaited_here() {
        for (first, expected) in [
            (&b"PR"[..], Some(ErrorKind::TimedOut)),
            (b"PU", None),
            (PREFACE, None),
        ] {
            let (near, mut far) = duplex(64);
            let mut near = IoTimeout::new(near, Duration::from_millis(20), Traffic::default());
            far.write_all(first).await.expect("there is room");
            near.read_exact(&mut vec![0; first.len()])
                .await
                .expect("it was written");
            let mut byte = [0];
            let silence = tokio::time::timeout(Duration::from_millis(60), near.read(&mut byte)).await;
            let error = silence
                .ok()
                .map(|read| read.expect_err("nothing was written").kind());
            assert_eq!(error, expected, "{first:?}");
        }
    }
}
