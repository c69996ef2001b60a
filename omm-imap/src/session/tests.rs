use super::*;
use crate::proto::command::{self, AppendMessage, Literals, Wrapper};
use futures::io::{AsyncRead, AsyncWrite};
use omm_core::model::Intake;
use omm_testkit::sim::{self, SimRuntime};
use std::{
    collections::VecDeque,
    io::{self, Write},
    pin::Pin,
    sync::Mutex,
    task::{Context, Poll},
};

/// A server with a script: what it says once it has heard something. The client may write four KiB between two reads.
struct Script {
    lines: VecDeque<(&'static str, &'static str)>,
    heard: Arc<Mutex<Vec<u8>>>,
    room: usize,
}

impl AsyncRead for Script {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.room = 4096;
        context.waker().wake_by_ref();
        let heard = String::from_utf8_lossy(&self.heard.lock().expect("no panic holds it")).into_owned();
        match self.lines.pop_front_if(|(after, _)| heard.contains(*after)) {
            Some((_, line)) => {
                into[..line.len()].copy_from_slice(line.as_bytes());
                Poll::Ready(Ok(line.len()))
            }
            None => Poll::Pending,
        }
    }
}

impl AsyncWrite for Script {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let count = bytes.len().min(self.room);
        self.room -= count;
        self.heard.lock().expect("no panic holds it").extend_from_slice(&bytes[..count]);
        if count == 0 { Poll::Pending } else { Poll::Ready(Ok(count)) }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Kills: a connection that breaks, or goes to somebody else, when a server refuses a large message before it has read
/// it (RFC 7888 §4: it still counts the bytes that were announced).
#[test]
fn a_body_that_is_refused_early_is_sent_to_its_end() {
    const LEN: usize = 1 << 20;
    let heard = Arc::default();
    let lines =
        [("", "* OK hello\r\n"), ("APPEND", "a1 NO [OVERQUOTA] full\r\n"), ("a2 CAPABILITY", "a2 OK\r\n")];
    let script = Script { lines: lines.into(), heard: Arc::clone(&heard), room: 4096 };
    let clock = SimRuntime::new();
    let mut session = Session::new(Wire::from_connection(Box::new(script)), clock.shared());
    let dialect = Dialect { literals: Literals::Plus, utf8: false };
    let message = AppendMessage { flags: &[], received: None, len: LEN as u64, wrapper: Wrapper::Plain };
    let mut upload = Upload::default();
    // From a file it comes in pieces, so that most of it is still to be read when the answer comes.
    let mut file = tempfile::tempfile().expect("room on the disk");
    file.write_all(&vec![b'x'; LEN]).expect("room on the disk");
    let intake = Intake::measuring(&Env::new(clock.shared()));
    let body = intake.region_blocking(Arc::new(file), 0, LEN as u64).expect("it can be read");
    upload.push(body, "");
    sim::run(&clock, async {
        session.next().await.expect("a greeting");
        let append = session.submit_upload(command::append(b"INBOX", &[message], dialect), upload);
        let answer = session.finish(append).await.expect("an answer");
        assert_eq!(answer.status.kind, StatusKind::No);
        assert!(!session.is_idle(), "nobody else may have it in the middle of a body");
        session.run(command::capability()).await.expect("the connection is good");
        assert!(session.is_idle());
    });
    let heard = heard.lock().expect("no panic holds it");
    assert_eq!(heard.iter().filter(|byte| **byte == b'x').count(), LEN);
    assert!(heard.ends_with(b"xa2 CAPABILITY\r\n") || heard.ends_with(b"x\r\na2 CAPABILITY\r\n"));
}
