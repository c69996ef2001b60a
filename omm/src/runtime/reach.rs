//! Finding the addresses of a host, and reaching one of them.

use omm_core::host::BoxFuture;
use std::{
    future::poll_fn,
    io,
    net::{SocketAddr, ToSocketAddrs},
    task::{Context, Poll},
    time::Duration,
};

/// How long an address has before the next one is tried beside it (RFC 8305 §5).
pub(super) const HEAD_START: Duration = Duration::from_millis(250);

/// The addresses of a host. Blocks.
pub(super) fn look_up(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let found = (host, port).to_socket_addrs().map_err(|error| not_found(host, &error))?;
    let found: Vec<SocketAddr> = found.collect();
    if found.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, format!("the host {host} has no address")));
    }
    Ok(alternating(found))
}

/// The first connection that stands. Addresses are tried in turn: the next one as soon as one fails, or beside it
/// when `pause` is over, since a broken IPv6 is silent more often than not.
pub(super) async fn first_that_answers<S>(
    addresses: Vec<SocketAddr>,
    connect: impl Fn(SocketAddr) -> BoxFuture<'static, io::Result<S>>,
    pause: impl Fn() -> BoxFuture<'static, ()>,
) -> io::Result<S> {
    let mut waiting = addresses.into_iter();
    let mut race = Race { runners: Vec::new(), failures: Vec::new() };
    let mut timer = None;
    poll_fn(|context| {
        loop {
            let failures = race.failures.len();
            if let Poll::Ready(winner) = race.poll(context) {
                return Poll::Ready(Ok(winner));
            }
            let has_failed = race.failures.len() > failures;
            let is_late = timer
                .as_mut()
                .is_some_and(|timer: &mut BoxFuture<'_, ()>| timer.as_mut().poll(context).is_ready());
            if !(race.runners.is_empty() || has_failed || is_late) {
                return Poll::Pending;
            }
            match waiting.next() {
                Some(address) => {
                    race.runners.push(connect(address));
                    timer = Some(pause());
                }
                None if race.runners.is_empty() => return Poll::Ready(Err(race.verdict())),
                None => {
                    timer = None;
                    return Poll::Pending;
                }
            }
        }
    })
    .await
}

struct Race<S> {
    runners: Vec<BoxFuture<'static, io::Result<S>>>,
    failures: Vec<io::Error>,
}

impl<S> Race<S> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<S> {
        let mut at = 0;
        while let Some(runner) = self.runners.get_mut(at) {
            match runner.as_mut().poll(context) {
                Poll::Ready(Ok(winner)) => return Poll::Ready(winner),
                Poll::Ready(Err(error)) => {
                    self.failures.push(error);
                    drop(self.runners.remove(at));
                }
                Poll::Pending => at += 1,
            }
        }
        Poll::Pending
    }

    /// The failure that says most: an address family that this machine does not have says nothing about the server.
    fn verdict(&mut self) -> io::Error {
        use io::ErrorKind::{AddrNotAvailable, HostUnreachable, NetworkUnreachable, Unsupported};
        let says_little = |error: &io::Error| {
            matches!(error.kind(), AddrNotAvailable | HostUnreachable | NetworkUnreachable | Unsupported)
        };
        let at = self.failures.iter().position(|error| !says_little(error)).unwrap_or(0);
        if at < self.failures.len() {
            self.failures.swap_remove(at)
        } else {
            io::Error::new(io::ErrorKind::NotFound, "the host has no address")
        }
    }
}

/// IPv6 and IPv4 by turns, beginning with the family that the system put first (RFC 8305 §4).
pub(super) fn alternating(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let Some(first) = addresses.first().map(SocketAddr::is_ipv6) else { return addresses };
    let (mut same, mut other): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == first);
    let mut turns = Vec::with_capacity(same.len() + other.len());
    same.reverse();
    other.reverse();
    while let Some(address) = same.pop() {
        turns.push(address);
        turns.extend(other.pop());
    }
    other.reverse();
    turns.extend(other);
    turns
}

/// The standard library gives a failed lookup no kind of its own. A name server that is out of reach is not a host
/// that does not exist: only the latter is `NotFound`.
fn not_found(host: &str, error: &io::Error) -> io::Error {
    const WINDOWS_TRY_AGAIN: i32 = 11002;
    let text = error.to_string();
    let is_temporary = ["Temporary failure", "Try again", "try again"].iter().any(|word| text.contains(word))
        || error.raw_os_error() == Some(WINDOWS_TRY_AGAIN);
    if is_temporary {
        let text = format!("the name of {host} cannot be looked up now: no name server answers");
        return io::Error::new(io::ErrorKind::HostUnreachable, text);
    }
    io::Error::new(io::ErrorKind::NotFound, format!("there is no host {host} ({text})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        future::{pending, ready},
        sync::{Arc, Mutex},
        task::Waker,
    };

    fn address(text: &str) -> SocketAddr {
        text.parse().expect("an address of the test")
    }

    fn outcome<S>(future: impl Future<Output = io::Result<S>>) -> Poll<io::Result<S>> {
        let mut future = std::pin::pin!(future);
        future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn families_take_turns() {
        let of = |list: &[&str]| list.iter().map(|text| address(text)).collect::<Vec<_>>();
        let mixed = of(&["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "2.2.2.2:1"]);
        let turns = of(&["[::1]:1", "1.1.1.1:1", "[::2]:1", "2.2.2.2:1", "[::3]:1"]);
        assert_eq!(alternating(mixed), turns);
        let old_first = of(&["1.1.1.1:1", "[::1]:1", "[::2]:1"]);
        assert_eq!(alternating(old_first.clone()), old_first);
    }

    /// Kills: an IPv6 that swallows everything keeps IPv4 from being tried.
    #[test]
    fn a_silent_address_holds_nobody_up() {
        let addresses = vec![address("[::1]:1"), address("127.0.0.1:1")];
        let connect = |to: SocketAddr| -> BoxFuture<'static, io::Result<SocketAddr>> {
            if to.is_ipv6() { Box::pin(pending()) } else { Box::pin(ready(Ok(to))) }
        };
        let over_at_once = || -> BoxFuture<'static, ()> { Box::pin(ready(())) };
        let won = outcome(first_that_answers(addresses.clone(), connect, over_at_once));
        assert!(matches!(won, Poll::Ready(Ok(to)) if to.is_ipv4()), "{won:?}");
        // And not before its head start is over.
        let never_over = || -> BoxFuture<'static, ()> { Box::pin(pending()) };
        assert!(outcome(first_that_answers(addresses, connect, never_over)).is_pending());
    }

    /// Kills: "network unreachable" (no IPv6 here) hides that the server refuses on IPv4.
    #[test]
    fn every_address_is_tried_and_the_failure_that_says_most_is_told() {
        let tried = Arc::new(Mutex::new(Vec::new()));
        let log = tried.clone();
        let connect = move |to: SocketAddr| -> BoxFuture<'static, io::Result<()>> {
            log.lock().expect("no panic holds it").push(to.port());
            let kind = if to.port() == 2 {
                io::ErrorKind::ConnectionRefused
            } else {
                io::ErrorKind::NetworkUnreachable
            };
            Box::pin(ready(Err(kind.into())))
        };
        let addresses = (1..=3).map(|port| SocketAddr::from(([127, 0, 0, 1], port))).collect();
        let result = outcome(first_that_answers(addresses, connect, || Box::pin(pending())));
        let Poll::Ready(Err(error)) = result else { panic!("nothing answers") };
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(*tried.lock().expect("no panic holds it"), [1, 2, 3]);
    }

    #[test]
    fn a_missing_host_is_told_from_a_missing_name_server() {
        for (text, kind) in [
            ("failed to lookup address information: Name or service not known", io::ErrorKind::NotFound),
            ("failed to lookup address information: nodename nor servname provided", io::ErrorKind::NotFound),
            (
                "failed to lookup address information: Temporary failure in name resolution",
                io::ErrorKind::HostUnreachable,
            ),
        ] {
            let error = not_found("imap.example.com", &io::Error::other(text));
            assert_eq!(error.kind(), kind, "{text}");
            assert!(error.to_string().contains("imap.example.com"));
        }
    }
}
