//! From a command to its answer.

use super::{Done, Outcome, Refusal, Session, TranscriptLine, Waiting, input::Announced, input::Frame};
use crate::{
    imap::{Act, Extension, Quirk, commands, parse::Args, world::World},
    mock::AtCommand,
};

/// RFC 7888 §4: what LITERAL- lets through without being asked.
const SMALL_LITERAL: u64 = 4096;

impl Session {
    /// Does whatever has come in whole.
    pub(super) fn run(&mut self, world: &mut World) {
        while !self.is_closed && !self.is_stalled && self.layer.is_none() {
            let start = self.out.len();
            match self.input.next() {
                None => return,
                Some(Frame::Announced(announced)) => self.announced(world, announced),
                Some(Frame::Command(line)) => self.take_line(world, &line),
            }
            self.note(world, start);
        }
    }

    fn take_line(&mut self, world: &mut World, line: &[u8]) {
        match std::mem::take(&mut self.waiting) {
            Waiting::Command => self.command(world, line),
            Waiting::Answer { tag, exchange } => {
                self.count_flight(world);
                let outcome = commands::answered(self, world, &tag, exchange, line);
                self.finish(world, &tag, "AUTHENTICATE", outcome);
            }
            Waiting::Idle { tag } => {
                self.count_flight(world);
                let is_done = line.eq_ignore_ascii_case(b"DONE");
                let outcome = if is_done {
                    super::ok("idle ended")
                } else {
                    Err(Refusal::Bad("DONE expected".to_owned()))
                };
                self.finish(world, &tag, "IDLE", outcome);
            }
        }
    }

    fn command(&mut self, world: &mut World, line: &[u8]) {
        let mut args = Args::new(line);
        let Some((tag, verb)) = beginning(&mut args) else {
            self.line(world, "* BAD a tag and a command expected");
            self.count_error(world);
            return;
        };
        if verb != "LOGOUT" {
            self.count_flight(world);
        }
        self.note_command(world, line, &verb);
        world.counters.count_command(&verb);
        if let Some(refusal) = world.tokens.refuse(self.id).filter(|_| verb != "LOGOUT") {
            return self.finish(world, &tag, &verb, Err(refusal));
        }
        let acts = self.faults(world, &verb);
        let start = self.out.len();
        if acts.is_empty() && self.doomed.is_none() {
            let outcome = commands::run(self, world, &tag, &verb, &mut args);
            self.finish(world, &tag, &verb, outcome);
        } else {
            self.with_faults(world, acts, &tag, &verb, &mut args);
        }
        if matches!(self.waiting, Waiting::Command) && world.is_so(Quirk::ChattyBetween) && !self.is_closed {
            let at = start.min(self.out.len());
            let chat: &[u8] = b"* OK [ALERT] the weather is fine\r\n* X-CHAT \"nobody asked\" 1 NIL\r\n";
            self.out.splice(at..at, chat.iter().copied());
        }
    }

    fn with_faults(&mut self, world: &mut World, acts: Vec<Act>, tag: &str, verb: &str, args: &mut Args<'_>) {
        let start = self.out.len();
        let mut outcome: Option<Outcome> = self.doomed.take().map(Err);
        let (mut loses, mut off) = (false, 0);
        for act in acts {
            match act {
                Act::No(text) => outcome = Some(Err(Refusal::No(text))),
                Act::Bad(text) => outcome = Some(Err(Refusal::Bad(text))),
                Act::Bye(text) => return self.bye(&text),
                Act::Close => return self.close(),
                Act::Stall => return self.stall(),
                Act::LoseAnswer => loses = true,
                Act::Renumber(name) => renumber(world, self.user.as_deref(), &name),
                Act::Say(bytes) => self.out.extend(bytes),
                Act::LiteralOff(by) => off = by,
                // A matter of bytes, not of commands: see `wire`.
                Act::Drip(..) => {}
            }
        }
        let outcome = outcome.unwrap_or_else(|| commands::run(self, world, tag, verb, args));
        self.finish(world, tag, verb, outcome);
        if off != 0 {
            falsify(&mut self.out, start, off);
        }
        if loses {
            self.out.truncate(start);
            self.close();
        }
    }

    fn faults(&mut self, world: &mut World, verb: &str) -> Vec<Act> {
        let counts = (world.counters.all_commands(), world.counters.command(verb), world.counters.logins());
        let is_login = matches!(verb, "LOGIN" | "AUTHENTICATE");
        world.ground.faults.at_command(&AtCommand { connection: self.id, verb, is_login, counts })
    }

    fn finish(&mut self, world: &mut World, tag: &str, verb: &str, outcome: Outcome) {
        if !matches!(outcome, Ok(Done::Later)) {
            // RFC 9051 §7.5.1: no EXPUNGE during FETCH, STORE and SEARCH, which use sequence numbers.
            self.updates(world, !matches!(verb, "FETCH" | "STORE" | "SEARCH"));
            self.claim_recent(world);
        }
        match outcome {
            // The mailbox was taken away under the command: BYE is all that is said.
            _ if self.is_closed && verb != "LOGOUT" => {}
            Ok(Done::Later) => {}
            Ok(Done::Ok(text)) => self.tagged(tag, &format!("OK {text}")),
            Err(Refusal::Bye(text)) => self.bye(&text),
            Err(Refusal::No(text)) => self.refuse(world, tag, &format!("NO {text}")),
            Err(Refusal::Bad(text)) => self.refuse(world, tag, &format!("BAD {text}")),
        }
    }

    fn refuse(&mut self, world: &mut World, tag: &str, text: &str) {
        self.tagged(tag, text);
        self.count_error(world);
    }

    fn count_error(&mut self, world: &mut World) {
        world.counters.refusals += 1;
        self.errors += 1;
        let is_last = |quirk: &Quirk| matches!(quirk, Quirk::ByeAfterErrors(most) if self.errors >= *most);
        if world.settings.quirks.iter().any(is_last) {
            self.bye("Connection is closed. 13");
        }
    }

    fn announced(&mut self, world: &mut World, announced: Announced) {
        self.count_flight(world);
        let has = |extension| world.has(extension);
        let small = has(Extension::LiteralMinus) || self.is_rev2(world);
        let is_allowed =
            announced.waits || has(Extension::LiteralPlus) || (small && announced.size <= SMALL_LITERAL);
        if !is_allowed {
            // RFC 7888 §3: whether the client sends the bytes is not known, so there is no way on.
            return self.bye("literal without asking");
        }
        let too_big = world.settings.append_limit.filter(|limit| announced.size > *limit && self.appends());
        match (too_big, announced.waits) {
            (None, true) => self.ask("OK"),
            (None, false) => {}
            // RFC 7889 §4: refused before the bytes travel, if the client waits.
            (Some(_), true) => {
                let mut args = Args::new(self.input.beginning());
                let (tag, verb) = beginning(&mut args).unwrap_or_default();
                self.input.drop_command();
                world.counters.count_command(&verb);
                return self.refuse(world, &tag, "NO [TOOBIG] message too large");
            }
            (Some(_), false) => self.doomed = Some(Refusal::No("[TOOBIG] message too large".to_owned())),
        }
        self.input.admit(announced);
    }

    fn appends(&self) -> bool {
        let mut args = Args::new(self.input.beginning());
        beginning(&mut args).is_some_and(|(_, verb)| verb == "APPEND")
    }

    /// What is said at login is nobody's business; which mechanism is played may be a test's.
    fn note_command(&self, world: &mut World, line: &[u8], verb: &str) {
        let shown = match verb {
            "LOGIN" | "AUTHENTICATE" => {
                let told = if verb == "AUTHENTICATE" { 3 } else { 2 };
                let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').take(told).collect();
                [words.join(&b' ').as_slice(), b" ..."].concat()
            }
            _ => line.to_vec(),
        };
        world.ground.note(TranscriptLine::new(self.id, true, &shown));
    }
}

/// Tag and name of a command; `UID` is half a name.
fn beginning(args: &mut Args<'_>) -> Option<(String, String)> {
    let tag = args.tag()?;
    args.space().ok()?;
    let verb = args.word().ok()?;
    let has_more = matches!(verb.as_str(), "UID") && args.space().is_ok();
    let second = has_more.then(|| args.word().ok()).flatten();
    Some((tag, second.map_or(verb, |second| format!("UID {second}"))))
}

fn renumber(world: &mut World, user: Option<&str>, name: &str) {
    let Some(account) = user.and_then(|user| world.accounts.get_mut(user)) else { return };
    let validity = account.next_validity();
    if let Some(folder) = account.find_mut(name) {
        folder.renumber(validity);
    }
}

/// Changes the first announced size from `start` on.
fn falsify(out: &mut Vec<u8>, start: usize, by: i64) {
    let Some(open) = out[start..].iter().position(|byte| *byte == b'{').map(|at| start + at + 1) else {
        return;
    };
    let Some(close) = out[open..].iter().position(|byte| *byte == b'}').map(|at| open + at) else { return };
    let size: i64 =
        std::str::from_utf8(&out[open..close]).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    out.splice(open..close, (size + by).max(0).to_string().into_bytes());
}
