//! Putting answers together.

use super::{Refusal, Session};
use crate::imap::{
    Quirk,
    answer::{name_from_utf7, name_in_utf7, string},
    parse::Args,
    world::World,
};

impl Session {
    /// An untagged line.
    pub(crate) fn line(&mut self, world: &World, text: &str) {
        self.out.extend(text.as_bytes());
        self.end_line(world);
    }

    pub(crate) fn end_line(&mut self, world: &World) {
        let bare = world.is_so(Quirk::BareLineFeeds);
        self.out.extend(if bare { &b"\n"[..] } else { b"\r\n" });
    }

    pub(crate) fn tagged(&mut self, tag: &str, text: &str) {
        self.out.extend(format!("{tag} {text}\r\n").as_bytes());
    }

    pub(crate) fn ask(&mut self, text: &str) {
        self.out.extend(format!("+ {text}\r\n").as_bytes());
    }

    /// The last words.
    pub(crate) fn bye(&mut self, text: &str) {
        self.out.extend(format!("* BYE {text}\r\n").as_bytes());
        self.close();
    }

    /// A name as this session wants it: RFC 9051 §5.1 and RFC 6855 §3 have UTF-8, RFC 3501 §5.1.3 has modified UTF-7.
    pub(crate) fn name(&self, world: &World, name: &str) -> Vec<u8> {
        if self.speaks_utf8(world) {
            let mut quoted = string(b"");
            quoted.pop();
            quoted.extend(name.replace('\\', "\\\\").replace('"', "\\\"").as_bytes());
            quoted.push(b'"');
            return quoted;
        }
        string(name_in_utf7(name).as_bytes())
    }

    pub(crate) fn read_name(&self, world: &World, args: &mut Args<'_>) -> Result<String, Refusal> {
        let bytes = args.astring()?;
        self.understood(world, &bytes)
    }

    pub(crate) fn understood(&self, world: &World, bytes: &[u8]) -> Result<String, Refusal> {
        let name = if self.speaks_utf8(world) {
            std::str::from_utf8(bytes).ok().map(str::to_owned)
        } else {
            name_from_utf7(bytes)
        };
        name.ok_or_else(|| Refusal::No("[CANNOT] not a valid mailbox name".to_owned()))
    }

    pub(crate) fn delimiter(&self, world: &World) -> String {
        match world.settings.delimiter {
            Some('\\') => "\"\\\\\"".to_owned(),
            Some(letter) => format!("\"{letter}\""),
            None => "NIL".to_owned(),
        }
    }

    fn speaks_utf8(&self, world: &World) -> bool {
        self.enabled.utf8 || self.is_rev2(world)
    }
}
