//! Bodies on their way from the connection into the intake, chunk by chunk.

use super::no_body;
use crate::{
    error::Trouble,
    proto::{Event, Fetched, Outcome, Response},
    session::Session,
};
use omm_core::{
    error::{Error, Result},
    model::{Body, Inbound, Intake},
};

/// What came.
pub(super) enum Arrival {
    /// A FETCH response; with a body if there was one in it.
    Message(Box<Fetched>, Option<Result<Body>>),
    /// A FETCH response that nobody can read.
    Lost,
    Done(Outcome),
}

/// Takes bodies in. Whose they are is known only at the end of their response: its UID may come after the body.
pub(super) struct Arrivals<'a> {
    intake: &'a Intake,
    /// An intake that fails costs one item: the rest of its bytes are read past.
    arriving: Option<Result<Inbound, Error>>,
}

impl<'a> Arrivals<'a> {
    pub(super) fn new(intake: &'a Intake) -> Self {
        Self { intake, arriving: None }
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self, session: &mut Session) -> Result<Arrival, Trouble> {
        loop {
            match session.next().await? {
                Event::BodyBegins { len } => self.arriving = Some(Ok(self.intake.begin(Some(len)))),
                Event::BodyData(bytes) => {
                    if let Some(Ok(inbound)) = &mut self.arriving
                        && let Err(error) = inbound.write(&bytes).await
                    {
                        self.arriving = Some(Err(error));
                    }
                }
                Event::Response(Response::Fetch(fetched)) => {
                    let body = self.body(&fetched).await;
                    return Ok(Arrival::Message(Box::new(fetched), body));
                }
                // A response that could not be read: its body is nobody's.
                Event::Response(response) => {
                    self.arriving = None;
                    if response.is_lost("FETCH") {
                        return Ok(Arrival::Lost);
                    }
                }
                Event::Done(outcome) => return Ok(Arrival::Done(outcome)),
                Event::Continuation(_) | Event::Greeting(_) => {}
            }
        }
    }

    async fn body(&mut self, fetched: &Fetched) -> Option<Result<Body>> {
        let arrived = self.arriving.take();
        let body = match (arrived, section(fetched)) {
            (Some(Ok(inbound)), _) => inbound.finish().await,
            (Some(Err(error)), _) => Err(error),
            (None, Some(Some(bytes))) => self.intake.whole(bytes).await,
            (None, Some(None)) => Err(no_body()),
            (None, None) => return None,
        };
        // Seen: servers that give an empty literal for a message that they cannot read.
        let lacks = |body: &Body| body.is_empty() && fetched.size.is_some_and(|size| size > 0);
        Some(body.and_then(|body| if lacks(&body) { Err(no_body()) } else { Ok(body) }))
    }
}

/// The whole message among the sections that were kept; `None` inside is NIL.
pub(super) fn section(fetched: &Fetched) -> Option<Option<&[u8]>> {
    let (_, bytes) = fetched.sections.iter().find(|(section, _)| section.is_empty())?;
    Some(bytes.as_deref())
}
