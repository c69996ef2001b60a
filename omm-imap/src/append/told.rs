//! APPENDUID: which UIDs the server says that it gave.

use crate::{
    copy_id::Position,
    proto::{Code, Status},
};

/// A position for each message, if the server named as many as were sent (RFC 4315 §3, RFC 3502 §4: in their order).
/// Another number is nothing to build on: all of it is forgotten.
pub(super) fn positions(status: &Status, sent: usize) -> Vec<Option<Position>> {
    let Some(Code::AppendUid { uid_validity, uids }) = &status.code else { return vec![None; sent] };
    if uids.count() != sent as u64 {
        return vec![None; sent];
    }
    uids.iter().map(|uid| Some(Position::new(*uid_validity, uid))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::{StatusKind, UidSet};

    #[test]
    fn it_lines_up_or_says_nothing() {
        let told = |set: &str, sent| {
            let uids = UidSet::parse(set.as_bytes()).expect(set);
            let code = Some(Code::AppendUid { uid_validity: 9, uids });
            let status = Status { kind: StatusKind::Ok, code, text: String::new() };
            positions(&status, sent).into_iter().map(|one| one.map_or(0, |one| one.uid)).collect::<Vec<_>>()
        };
        for (set, sent, uids) in [
            ("5", 1, &[5][..]),
            ("5:7", 3, &[5, 6, 7]),
            ("7,5,9:10", 4, &[7, 5, 9, 10]),
            ("5:7", 2, &[0, 0]),
            ("5", 2, &[0, 0]),
            ("1:4294967295", 1, &[0]),
        ] {
            assert_eq!(told(set, sent), uids, "{set} for {sent}");
        }
    }
}
