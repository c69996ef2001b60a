//! Records, as a zone file has them, and the answers that follow from them.

use hickory_proto::{
    op::{Message, MessageType, Query, ResponseCode},
    rr::{
        Name, RData, Record, RecordType,
        rdata::{A, AAAA, MX, SRV},
    },
};
use std::collections::BTreeSet;

/// For every record: long enough for a test.
const SECONDS_TO_LIVE: u32 = 60;

/// What a name server knows.
#[derive(Clone, Debug, Default)]
pub struct Zone {
    records: Vec<Record>,
    silent: BTreeSet<String>,
    failing: BTreeSet<String>,
}

impl Zone {
    /// Reads records, one a line: `example.org MX 1 mx.example.org.`, `_imaps._tcp.example.org SRV 0 0 993
    /// imap.example.org.`, `imap.example.org A 127.0.0.1`, and AAAA. Beside them `example.org SILENT`: whoever asks
    /// for that name gets no answer, and `example.org SERVFAIL`: he gets an error.
    ///
    /// # Panics
    /// When a line is none of these: a mistake in the test.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut zone = Self::default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            zone.read(line).unwrap_or_else(|| panic!("no record: {line}"));
        }
        zone
    }

    fn read(&mut self, line: &str) -> Option<()> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let name = name(words.first()?)?;
        let word = |at: usize| words.get(at).copied();
        let number = |at: usize| word(at)?.parse().ok();
        let data = match word(1)? {
            "MX" => RData::MX(MX::new(number(2)?, self::name(word(3)?)?)),
            "SRV" => RData::SRV(SRV::new(number(2)?, number(3)?, number(4)?, self::name(word(5)?)?)),
            "A" => RData::A(A(word(2)?.parse().ok()?)),
            "AAAA" => RData::AAAA(AAAA(word(2)?.parse().ok()?)),
            "SILENT" => {
                self.silent.insert(key(&name));
                return Some(());
            }
            "SERVFAIL" => {
                self.failing.insert(key(&name));
                return Some(());
            }
            _ => return None,
        };
        self.records.push(Record::from_rdata(name, SECONDS_TO_LIVE, data));
        Some(())
    }

    /// The answer to a question; nothing when nobody answers.
    pub(super) fn answer(&self, question: &Message) -> Option<Message> {
        let mut answer = question.clone();
        answer.metadata.message_type = MessageType::Response;
        (answer.metadata.authoritative, answer.metadata.recursion_available) = (true, true);
        answer.additionals.clear();
        let Some(query) = question.queries.first() else {
            answer.metadata.response_code = ResponseCode::FormErr;
            return Some(answer);
        };
        if self.silent.contains(&key(&query.name)) {
            return None;
        }
        if self.failing.contains(&key(&query.name)) {
            answer.metadata.response_code = ResponseCode::ServFail;
            return Some(answer);
        }
        let known: Vec<&Record> =
            self.records.iter().filter(|record| key(&record.name) == key(&query.name)).collect();
        if known.is_empty() {
            answer.metadata.response_code = ResponseCode::NXDomain;
        }
        answer.answers.extend(known.into_iter().filter(|record| is_wanted(query, record)).cloned());
        Some(answer)
    }
}

fn is_wanted(query: &Query, record: &Record) -> bool {
    query.query_type == record.record_type() || query.query_type == RecordType::ANY
}

fn name(text: &str) -> Option<Name> {
    let mut name = Name::from_ascii(text).ok()?;
    name.set_fqdn(true);
    Some(name)
}

/// RFC 4343: the case of a name does not matter.
fn key(name: &Name) -> String {
    name.to_ascii().trim_end_matches('.').to_ascii_lowercase()
}
