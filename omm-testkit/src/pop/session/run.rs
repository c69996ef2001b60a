//! From a command to its answer.

use super::{Done, Outcome, Refusal, Session, TranscriptLine, Waiting};
use crate::{
    mock::AtCommand,
    pop::{
        Act, Extension, Quirk,
        commands::{self, Exchange},
        world::World,
    },
};

/// RFC 2449 §4: a command has at most 255 octets, its line end included.
const LONGEST_COMMAND: usize = 253;

impl Session {
    /// Does whatever has come in whole.
    pub(super) fn run(&mut self, world: &mut World) {
        while !self.is_closed && !self.is_stalled && self.layer.is_none() {
            let start = self.out.len();
            let Some(line) = self.input.next() else {
                if self.input.is_endless() {
                    self.goodbye(world, "this line has no end");
                }
                return;
            };
            self.take_line(world, &line);
            self.with_line_ends_of(world, start);
            self.note(world, start);
            // RFC 2449 §6.6: who does not offer it need not look at what came before the answer.
            if !world.has(Extension::Pipelining) && self.layer.is_none() && self.input.is_within() {
                world.counters.overruns += 1;
                self.input.take_rest();
            }
        }
    }

    /// The next line answers this challenge.
    pub(crate) fn ask(&mut self, challenge: &str, exchange: Exchange) {
        self.out.extend(format!("+ {challenge}\r\n").as_bytes());
        self.waiting = Waiting::Answer(exchange);
    }

    /// Gives what was said since `start` the line ends that the server uses.
    pub(super) fn with_line_ends_of(&mut self, world: &World, start: usize) {
        if world.is_so(Quirk::BareLineFeeds) {
            let said = self.out.split_off(start);
            let lines = said.split_inclusive(|byte| *byte == b'\n');
            self.out.extend(lines.flat_map(|line| match line.strip_suffix(b"\r\n") {
                Some(line) => [line, b"\n"].concat(),
                None => line.to_vec(),
            }));
        }
    }

    fn take_line(&mut self, world: &mut World, line: &[u8]) {
        match std::mem::take(&mut self.waiting) {
            Waiting::Command => self.command(world, line),
            Waiting::Answer(exchange) => {
                let outcome = commands::answered(self, world, exchange, line);
                self.finish(world, outcome);
            }
        }
    }

    fn command(&mut self, world: &mut World, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let (verb, argument) =
            text.split_once(' ').map_or((&*text, None), |(verb, argument)| (verb, Some(argument)));
        // RFC 1939 §3: in any case.
        let verb = verb.to_ascii_uppercase();
        if verb != "QUIT" {
            self.count_flight(world);
        }
        self.note_command(world, &verb, argument);
        world.counters.count_command(&verb);
        let acts = self.faults(world, &verb);
        if line.len() > LONGEST_COMMAND {
            self.finish(world, Err(Refusal::new("the line is too long")));
        } else if acts.is_empty() {
            let outcome = commands::run(self, world, &verb, argument);
            self.finish(world, outcome);
        } else {
            self.with_faults(world, acts, &verb, argument);
        }
        if verb != "USER" {
            self.named = None;
        }
    }

    fn with_faults(&mut self, world: &mut World, acts: Vec<Act>, verb: &str, argument: Option<&str>) {
        let start = self.out.len();
        let mut outcome: Option<Outcome> = None;
        let (mut loses, mut off) = (false, 0);
        for act in acts {
            match act {
                Act::No(text) | Act::Bad(text) => outcome = Some(Err(Refusal::new(text))),
                Act::Bye(text) => return self.goodbye(world, &text),
                Act::Close => return self.end(world),
                Act::Stall => {
                    self.is_stalled = true;
                    return;
                }
                Act::LoseAnswer => loses = true,
                Act::Renumber(user) => {
                    if let Some(maildrop) = world.maildrops.get_mut(&user) {
                        maildrop.renew_uids();
                    }
                }
                Act::Say(bytes) => self.out.extend(bytes),
                Act::LiteralOff(by) => off = by,
                // A matter of bytes, not of commands: see `wire`.
                Act::Drip(..) => {}
            }
        }
        let said = self.out.len();
        let outcome = outcome.unwrap_or_else(|| commands::run(self, world, verb, argument));
        self.finish(world, outcome);
        if off != 0 {
            falsify(&mut self.out, said, off);
        }
        if loses {
            self.out.truncate(start);
            self.end(world);
        }
    }

    fn faults(&mut self, world: &mut World, verb: &str) -> Vec<Act> {
        let counters = &world.counters;
        let counts = (counters.all_commands(), counters.command(verb), counters.login_attempts());
        let is_login = matches!(verb, "PASS" | "APOP" | "AUTH");
        world.ground.faults.at_command(&AtCommand { connection: self.id, verb, is_login, counts })
    }

    fn finish(&mut self, world: &mut World, outcome: Outcome) {
        let is_bare = world.is_so(Quirk::BareStatus);
        match outcome {
            Ok(Done::Later) => {}
            Ok(Done::Ok(_)) if is_bare => self.out.extend(b"+OK\r\n"),
            Ok(Done::Ok(text) | Done::Told(text)) => self.out.extend(format!("+OK {text}\r\n").as_bytes()),
            Ok(Done::Lines(text, lines)) => {
                self.out.extend(if is_bare { b"+OK\r\n".to_vec() } else { format!("+OK {text}\r\n").into() });
                self.out.extend(lines);
            }
            Err(refusal) => {
                world.counters.refusals += 1;
                let text = refusal.line(world);
                self.out.extend(format!("-ERR {text}\r\n").as_bytes());
            }
        }
    }

    /// What is said at login is nobody's business; which mechanism is played may be a test's.
    fn note_command(&self, world: &mut World, verb: &str, argument: Option<&str>) {
        let first = argument.unwrap_or_default().split(' ').next().unwrap_or_default();
        let shown = match (verb, argument) {
            (_, None) => verb.to_owned(),
            ("PASS", _) => "PASS ...".to_owned(),
            ("APOP" | "AUTH", _) => format!("{verb} {first} ..."),
            (_, Some(argument)) => format!("{verb} {argument}"),
        };
        world.ground.note(TranscriptLine::new(self.id, true, shown.as_bytes()));
    }
}

/// Changes the last number of the first line from `start` on: a size in STAT, LIST and RETR.
fn falsify(out: &mut Vec<u8>, start: usize, by: i64) {
    let end = out[start..].iter().position(|byte| *byte == b'\n').map_or(out.len(), |at| start + at);
    let Some(last) = out[start..end].iter().rposition(u8::is_ascii_digit).map(|at| start + at) else {
        return;
    };
    let first = out[start..last].iter().rposition(|byte| !byte.is_ascii_digit());
    let first = first.map_or(start, |at| start + at + 1);
    let number: i64 = String::from_utf8_lossy(&out[first..=last]).parse().unwrap_or(0);
    out.splice(first..=last, (number + by).max(0).to_string().into_bytes());
}
