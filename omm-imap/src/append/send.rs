//! Sending drafts: as one command where the server can (RFC 3502), else one command each, all in one flight.

use super::{
    Target,
    draft::{Draft, ends_with_line_end},
    look::Looking,
    same,
    told::positions,
};
use crate::{
    account::Account,
    copy_id::Position,
    error::{Doing, Trouble},
    open::Opening,
    proto::{
        Command, Response, Status, StatusKind,
        command::{self, AppendMessage},
    },
    session::Session,
    upload::Upload,
};
use omm_core::error::{Error, ErrorKind, Result, Scope};

/// What became of a draft.
pub(super) enum Sent {
    /// Stored; where, if the server said so.
    Stored(Option<Position>),
    /// Not stored.
    Refused(Status),
    /// The answer is lost.
    Lost(Error),
}

/// Commands in one flight around the drafts.
pub(super) struct Flight<'a> {
    pub(super) session: &'a mut Session,
    pub(super) account: &'a Account,
    pub(super) folder: &'a [u8],
    /// The folder, if it is being opened in the same flight.
    pub(super) opening: Option<Opening>,
    /// STATUS, if the position before the append is wanted.
    pub(super) asked: Option<u32>,
    /// From where on the folder is looked at behind the drafts, if it is.
    pub(super) look_from: Option<Position>,
    /// That look, on its way.
    pub(super) looking: Option<Looking>,
    /// Whether a draft was sent a second time.
    pub(super) resent: bool,
}

impl Flight<'_> {
    /// Sends all drafts; what became of them lines up.
    ///
    /// # Errors
    /// When the fate of all is the same: refused as a whole, or nothing is known of any of them.
    pub(super) async fn send(&mut self, drafts: &[Draft], target: &mut Target) -> Result<Vec<Sent>> {
        let together = drafts.len() > 1 && self.session.capabilities.has("MULTIAPPEND");
        let sent = match if together { self.together(drafts).await } else { None } {
            Some(sent) => sent,
            None => self.one_by_one(drafts).await,
        };
        // What was asked before is answered by now, or the connection is gone.
        if let Some(opening) = self.opening.take()
            && let Ok((open, _)) = opening.finish(self.session, self.account).await
        {
            target.open = Some(open);
        }
        if let Some(looking) = self.looking.take() {
            target.shown = looking.finish(self.session, self.account).await;
        }
        target.before = match self.look_from {
            Some(before) => Some(before),
            None => self.position(target).await,
        };
        target.resent = self.resent;
        sent
    }

    /// All in one command. Nothing when one message was refused: then none is stored (RFC 3502 §2: all or nothing),
    /// and which one it was is only known when each has a command of its own.
    async fn together(&mut self, drafts: &[Draft]) -> Option<Result<Vec<Sent>>> {
        let doing = Doing::item(self.account.side, "append");
        let tag = self.submit(drafts);
        self.look_behind();
        match self.session.finish(tag).await {
            Ok(answer) if answer.status.kind == StatusKind::Ok => {
                Some(Ok(positions(&answer.status, drafts.len()).into_iter().map(Sent::Stored).collect()))
            }
            Ok(answer) => {
                let error = doing.refused(&answer.status);
                // What is left of a quota may hold some of them.
                let one_by_one = error.reach() == Scope::Item || error.kind() == ErrorKind::Quota;
                (!one_by_one).then_some(Err(error))
            }
            Err(trouble) => {
                let error = doing.failed(trouble);
                let unsent = self.session.is_unsent(tag);
                Some(Err(if unsent { error } else { error.effect_unknown() }))
            }
        }
    }

    /// A command each. Fewer than all when the server is about to end the connection over its refusals.
    async fn one_by_one(&mut self, drafts: &[Draft]) -> Result<Vec<Sent>> {
        if let Some(in_vain) = self.looking.take() {
            in_vain.finish(self.session, self.account).await;
        }
        let few = self.account.ask(|facts| facts.quirks.bye_after_errors);
        let (mut tags, mut sent) = (Vec::new(), Vec::new());
        loop {
            // Each of those on their way may be refused.
            let most = if few { self.session.refusals_left() as usize } else { drafts.len() };
            while tags.len() < drafts.len() && (tags.is_empty() || tags.len() - sent.len() < most) {
                tags.push(self.submit(&drafts[tags.len()..=tags.len()]));
                if tags.len() == drafts.len() {
                    self.look_behind();
                }
            }
            let Some(tag) = tags.get(sent.len()) else { break };
            match self.session.finish(*tag).await {
                Ok(answer) => sent.push(stored_or_refused(answer.status)),
                Err(trouble) => return self.broken(sent, &tags, drafts.len(), trouble),
            }
        }
        if !few {
            self.with_final_crlf(drafts, &mut sent).await?;
            self.without_keywords(drafts, &mut sent).await;
        }
        Ok(sent)
    }

    /// The connection broke: what was confirmed stands, of what was sent nothing is known, the rest was not written.
    fn broken(&self, mut sent: Vec<Sent>, tags: &[u32], all: usize, trouble: Trouble) -> Result<Vec<Sent>> {
        if matches!(trouble, Trouble::Closed(Some(_))) && self.session.is_worn_out() {
            self.account.learn(|facts| facts.quirks.bye_after_errors = true);
        }
        let error = Doing::item(self.account.side, "append").failed(trouble);
        let is_unsent = |at: usize| tags.get(at).is_none_or(|tag| self.session.is_unsent(*tag));
        let unsent = (sent.len()..all).filter(|at| is_unsent(*at)).count();
        if sent.is_empty() && (unsent == 0 || unsent == all) {
            return Err(if unsent == 0 { error.effect_unknown() } else { error });
        }
        for at in sent.len()..all {
            let again = same(&error);
            sent.push(Sent::Lost(if is_unsent(at) { again } else { again.effect_unknown() }));
        }
        Ok(sent)
    }

    /// Seen: Yahoo answers BAD to a message that does not end with a line end. It gets one.
    async fn with_final_crlf(&mut self, drafts: &[Draft], sent: &mut [Sent]) -> Result<()> {
        let doing = Doing::item(self.account.side, "append");
        for (draft, fate) in drafts.iter().zip(sent) {
            let Sent::Refused(Status { kind: StatusKind::Bad, .. }) = fate else { continue };
            if !draft.ending.is_empty() || ends_with_line_end(&draft.body).await? {
                continue;
            }
            let (body, flags) = (draft.body.clone(), draft.flags.clone());
            let again = Draft { body, flags, ending: "\r\n", ..*draft };
            self.resent = true;
            let tag = self.submit(std::slice::from_ref(&again));
            *fate = match self.session.finish(tag).await {
                Ok(answer) => stored_or_refused(answer.status),
                Err(trouble) => Sent::Lost(doing.failed(trouble).effect_unknown()),
            };
            if matches!(fate, Sent::Stored(_)) {
                self.account.learn(|facts| facts.quirks.wants_final_crlf = true);
            }
        }
        Ok(())
    }

    /// A keyword that is not taken costs itself, not the message: one that was refused is sent once more without its
    /// keywords (RFC 9051 §6.3.12 has no code that says what was wrong). What is lost is seen when the copy is looked at.
    async fn without_keywords(&mut self, drafts: &[Draft], sent: &mut [Sent]) {
        for (draft, fate) in drafts.iter().zip(sent) {
            let Sent::Refused(status) = fate else { continue };
            let system: Vec<String> =
                draft.flags.iter().filter(|name| name.starts_with('\\')).cloned().collect();
            let error = refused(self.account, status);
            let about_it = error.kind() == ErrorKind::Rejected && error.reach() == Scope::Item;
            if system.len() == draft.flags.len() || !about_it {
                continue;
            }
            let again = Draft { body: draft.body.clone(), flags: system, ..*draft };
            self.resent = true;
            let tag = self.submit(std::slice::from_ref(&again));
            match self.session.finish(tag).await.map(|answer| stored_or_refused(answer.status)) {
                Ok(stored @ Sent::Stored(_)) => *fate = stored,
                // What it was refused for stands.
                Ok(_) => {}
                Err(_) if self.session.is_unsent(tag) => return,
                Err(trouble) => {
                    let error = Doing::item(self.account.side, "append").failed(trouble);
                    *fate = Sent::Lost(error.effect_unknown());
                    return;
                }
            }
        }
    }

    fn look_behind(&mut self) {
        let Some(from) = self.look_from else { return };
        self.looking = Some(Looking::submit(self.session, self.account, self.folder, from));
    }

    fn submit(&mut self, drafts: &[Draft]) -> u32 {
        let mut upload = Upload::default();
        drafts.iter().for_each(|draft| upload.push(draft.body.clone(), draft.ending));
        let command = self.command(drafts);
        self.session.submit_upload(command, upload)
    }

    fn command(&self, drafts: &[Draft]) -> Command {
        let flags: Vec<Vec<&str>> =
            drafts.iter().map(|draft| draft.flags.iter().map(String::as_str).collect()).collect();
        let message = |(draft, flags): (&Draft, _)| AppendMessage {
            flags,
            received: draft.received,
            len: draft.len(),
            wrapper: draft.wrapper,
        };
        let messages: Vec<AppendMessage<'_>> =
            drafts.iter().zip(flags.iter().map(Vec::as_slice)).map(message).collect();
        command::append(self.folder, &messages, self.session.dialect())
    }

    /// The folder's position before: what STATUS said, else what was said when it was opened.
    async fn position(&mut self, target: &Target) -> Option<Position> {
        let mut known = None;
        if let Some(asked) = self.asked.take()
            && let Ok(answer) = self.session.finish(asked).await
        {
            known = answer.responses.iter().find_map(|response| match response {
                Response::StatusOf(of) => Some(Position::new(of.uid_validity?, of.uid_next?)),
                _ => None,
            });
        }
        let opened =
            target.open.as_ref().and_then(|open| Some(Position::new(open.uid_validity?, open.uid_next?)));
        known.or(opened)
    }
}

fn stored_or_refused(status: Status) -> Sent {
    match status.kind {
        StatusKind::Ok => Sent::Stored(positions(&status, 1).pop().flatten()),
        _ => Sent::Refused(status),
    }
}

/// The error about a draft that was refused.
pub(super) fn refused(account: &Account, status: &Status) -> Error {
    let error = Doing::item(account.side, "append").refused(status);
    if error.reach() == Scope::Item { error } else { error.with("answer", "to one message of several") }
}
