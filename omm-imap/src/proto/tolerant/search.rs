//! Sets of messages: SEARCH, ESEARCH, VANISHED.

use super::{
    super::{Response, Search, UidSet},
    scan::{Scan, number_u32},
};

/// RFC 9051 §7.3.5 in its old form; RFC 7162 §3.1.5 puts MODSEQ behind the numbers.
pub(super) fn search(scan: &mut Scan<'_>) -> Option<Response> {
    let mut found = Vec::new();
    let mut mod_seq = None;
    loop {
        scan.skip_blanks();
        match scan.peek() {
            None => break,
            Some(b'(') => scan.in_parentheses(|scan| {
                let is_mod_seq = scan.word().eq_ignore_ascii_case(b"MODSEQ");
                scan.skip_blanks();
                if is_mod_seq {
                    mod_seq = scan.number()
                } else {
                    scan.skip_value()?
                }
                Some(())
            })?,
            Some(_) => found.push(number_u32(scan.word())?),
        }
    }
    Some(Response::Search(Search { all: UidSet::from_uids(found), mod_seq, ..Search::default() }))
}

/// RFC 4731 §3.1. Whose answer it is says the tag, but answers come in order.
pub(super) fn esearch(scan: &mut Scan<'_>) -> Option<Response> {
    let mut search = Search::default();
    loop {
        scan.skip_blanks();
        match scan.peek() {
            None => return Some(Response::Search(search)),
            Some(b'(') => scan.skip_value()?,
            Some(_) => {
                let item = scan.word().to_ascii_uppercase();
                scan.skip_blanks();
                esearch_item(&item, &mut search, scan)?;
            }
        }
    }
}

fn esearch_item(item: &[u8], search: &mut Search, scan: &mut Scan<'_>) -> Option<()> {
    match item {
        b"UID" => {}
        b"ALL" => search.all = scan.uid_set()?,
        b"COUNT" => search.count = Some(scan.number_u32()?),
        b"MIN" => search.min = Some(scan.number_u32()?),
        b"MAX" => search.max = Some(scan.number_u32()?),
        b"MODSEQ" => search.mod_seq = Some(scan.number()?),
        _ => scan.skip_value()?,
    }
    Some(())
}

/// RFC 7162 §3.2.10.
pub(super) fn vanished(scan: &mut Scan<'_>) -> Option<Response> {
    let mut earlier = false;
    if scan.peek() == Some(b'(') {
        earlier = scan.words_in_parentheses()?.iter().any(|word| word.eq_ignore_ascii_case("EARLIER"));
        scan.skip_blanks();
    }
    Some(Response::Vanished { earlier, uids: scan.uid_set()? })
}
