//! Events as lines of text: what was not said is left out, and a body is one line however it was cut.

use super::super::{Event, Fetched, ListEntry, Response, Status, StatusOf};
use std::fmt::Write;

#[derive(Default)]
pub(super) struct Shown {
    text: String,
    body: Vec<u8>,
}

impl Shown {
    pub(super) fn event(&mut self, event: &Event) {
        if let Event::BodyData(bytes) = event {
            self.body.extend_from_slice(bytes);
            return;
        }
        let line = match event {
            Event::Greeting(greeting) => format!("greeting {}", status(&greeting.status)),
            Event::Response(Response::Status(said)) => format!("status {}", status(said)),
            Event::Response(Response::Fetch(one)) => fetched(one),
            Event::Response(Response::List(entry)) => format!("list {}", listed(entry)),
            Event::Response(Response::Lsub(entry)) => format!("lsub {}", listed(entry)),
            Event::Response(Response::StatusOf(one)) => {
                let rest = StatusOf { name: vec![], ..one.clone() };
                format!("status of {:?} {rest:?}", one.name.escape_ascii().to_string())
            }
            Event::Response(Response::Unreadable(line)) => format!("unreadable {}", line.escape_ascii()),
            Event::Response(response) => format!("{response:?}"),
            Event::BodyBegins { len } => format!("body of {len}"),
            Event::BodyData(_) => String::new(),
            Event::Continuation(text) => format!("continuation {}", text.escape_ascii()),
            Event::Done(outcome) => format!("done a{} {}", outcome.tag, status(&outcome.status)),
        };
        self.line(&line);
    }

    pub(super) fn line(&mut self, line: &str) {
        if !self.body.is_empty() {
            let _ = writeln!(self.text, "  {}", std::mem::take(&mut self.body).escape_ascii());
        }
        let _ = writeln!(self.text, "{line}");
    }

    pub(super) fn done(mut self) -> String {
        if !self.body.is_empty() {
            let _ = writeln!(self.text, "  {}", std::mem::take(&mut self.body).escape_ascii());
        }
        self.text
    }
}

fn listed(entry: &ListEntry) -> String {
    format!("{:?} {:?} {}", entry.attributes, entry.delimiter, entry.name.escape_ascii())
}

fn status(status: &Status) -> String {
    let code = status.code.as_ref().map(|code| format!("[{code:?}] ")).unwrap_or_default();
    format!("{:?} {code}{:?}", status.kind, status.text)
}

fn fetched(one: &Fetched) -> String {
    let mut text = format!("fetch {}", one.sequence);
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(text, " {name}={value}");
        }
    };
    field("uid", one.uid.map(|uid| uid.to_string()));
    field("flags", one.flags.as_ref().map(|flags| format!("{flags:?}")));
    field("date", one.internal_date.map(|date| date.to_rfc3339()));
    field("size", one.size.map(|size| size.to_string()));
    field("modseq", one.mod_seq.map(|seq| seq.to_string()));
    field("emailid", one.email_id.clone());
    field("threadid", one.thread_id.clone());
    field("gm_msgid", one.gm_msgid.map(|id| id.to_string()));
    field("gm_thrid", one.gm_thrid.map(|id| id.to_string()));
    let labels = one.gm_labels.as_ref();
    field(
        "gm_labels",
        labels.map(|labels| labels.iter().map(|label| format!("<{}>", label.escape_ascii())).collect()),
    );
    for (section, bytes) in &one.sections {
        let bytes = bytes.as_ref().map_or("NIL".to_owned(), |bytes| format!("\"{}\"", bytes.escape_ascii()));
        field(&format!("[{section}]"), Some(bytes));
    }
    field("origin", one.origin.map(|at| at.to_string()));
    field("streamed", one.streamed.then(|| "yes".to_owned()));
    text
}
