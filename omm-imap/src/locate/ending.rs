//! Copies that got a final line end. Seen: Yahoo takes no message without one, so it is sent with one, and when the
//! answer to that is lost, what is there is longer than what is looked for.

use crate::{error::Trouble, inspect::read_bodies, session::Session};
use omm_core::{
    error::Result as CoreResult,
    host::{Env, MemoryBudget},
    model::{Body, Digester, Fingerprint, Intake},
    seam::Probe,
};
use std::collections::HashMap;

/// How much longer they are.
const ENDING: &[u8] = b"\r\n";

/// What the copy of such a message is like, but for its digest.
pub(super) fn longer(probe: &Probe) -> Probe {
    let size = probe.stored_size.saturating_add(ENDING.len() as u64);
    Probe::new(probe.kind, probe.fingerprint, size, probe.received)
}

/// What these messages are without their final line end. One that has another before it did not get it from us.
pub(super) async fn without_ending(
    session: &mut Session,
    env: &Env,
    uids: &[u32],
) -> Result<HashMap<u32, Fingerprint>, Trouble> {
    // Into the spool: they are few, and nobody reserved memory for them.
    let intake = Intake::new(env, MemoryBudget::new(0).reserve(0).await);
    let mut fingerprints = HashMap::new();
    for uid in uids {
        let bodies = read_bodies(session, &[*uid], &intake).await?;
        if let Some(body) = bodies.get(uid)
            && let Some(fingerprint) = cut(body).await?
        {
            fingerprints.insert(*uid, fingerprint);
        }
    }
    Ok(fingerprints)
}

async fn cut(body: &Body) -> CoreResult<Option<Fingerprint>> {
    let (mut digester, mut tail) = (Digester::new(), Vec::new());
    let mut reader = body.reader();
    while let Some(chunk) = reader.chunk().await? {
        tail.extend_from_slice(&chunk);
        // One byte more than the ending, to see what is before it.
        let done = tail.len().saturating_sub(ENDING.len() + 1);
        digester.update(&tail[..done]);
        tail.drain(..done);
    }
    let Some(rest) = tail.strip_suffix(ENDING).filter(|rest| rest != b"\n") else { return Ok(None) };
    digester.update(rest);
    Ok(Some(digester.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[test]
    fn only_an_ending_that_was_added_is_cut() {
        let cut_off = |text: &str| {
            let body = Body::from_bytes(text.as_bytes().to_vec());
            cut(&body).now_or_never().expect("it is in memory").expect("it can be read")
        };
        let whole = |text: &str| Some(Body::from_bytes(text.as_bytes().to_vec()).fingerprint());
        assert_eq!(cut_off("A: b\r\n\r\nthe end\r\n"), whole("A: b\r\n\r\nthe end"));
        assert_eq!(cut_off("\r\n"), whole(""));
        for other in ["", "x", "x\r\n\r\n", "x\r"] {
            assert_eq!(cut_off(other), None, "{other:?}");
        }
    }
}
