//! The tables, row by row.

use super::*;
use crate::soap::Code;

fn doing(side: Side, scope: Scope, writes: bool) -> Doing {
    Doing { operation: "test", side, scope, writes }
}

fn refusal(code: &str) -> Refusal {
    Refusal { code: Code::new(code), text: "so\r\nit is".to_owned(), back_off: None }
}

#[test]
fn the_table_of_response_codes() {
    use ErrorKind::*;
    use Retry::{Backoff, Never};
    use Scope::{Account, Folder, Item};
    let move_pause = Retry::After(Duration::from_secs(300));
    let (source, destination) = (Side::Source, Side::Destination);
    for (code, side, scope, expected, in_doubt) in [
        ("ErrorServerBusy", source, Item, (Throttled, Account, Backoff), false),
        ("ErrorTooManyObjectsOpened", source, Item, (Throttled, Account, Backoff), false),
        ("ErrorExceededConnectionCount", source, Folder, (Throttled, Account, Backoff), false),
        ("ErrorTimeoutExpired", destination, Item, (Unreachable, Account, Backoff), true),
        ("ErrorMailboxMoveInProgress", source, Item, (Throttled, Account, move_pause), false),
        ("ErrorMailboxStoreUnavailable", destination, Item, (Unreachable, Account, Backoff), true),
        ("ErrorInternalServerTransientError", destination, Item, (Unreachable, Account, Backoff), true),
        ("ErrorInternalServerError", destination, Item, (Rejected, Item, Backoff), true),
        ("ErrorInternalServerError", destination, Folder, (Rejected, Folder, Backoff), true),
        ("ErrorBatchProcessingStopped", destination, Item, (Unreachable, Item, Backoff), false),
        ("ErrorQuotaExceeded", destination, Item, (Quota, Account, Never), false),
        ("ErrorMessageSizeExceeded", destination, Item, (TooLarge, Item, Never), false),
        ("ErrorImpersonateUserDenied", source, Account, (Auth, Account, Never), false),
        ("ErrorImpersonationFailed", source, Item, (Auth, Account, Never), false),
        ("ErrorPasswordExpired", source, Account, (Auth, Account, Never), false),
        ("ErrorNonExistentMailbox", source, Folder, (Config, Account, Never), false),
        ("ErrorAccessDenied", source, Folder, (Denied, Folder, Never), false),
        ("ErrorAccessDenied", source, Item, (Denied, Item, Never), false),
        ("ErrorItemNotFound", source, Item, (NotFound, Item, Never), false),
        ("ErrorItemNotFound", source, Folder, (NotFound, Folder, Never), false),
        ("ErrorInvalidIdMalformed", source, Item, (NotFound, Item, Never), false),
        ("ErrorInvalidSyncStateData", source, Folder, (CursorExpired, Folder, Backoff), false),
        ("ErrorIrresolvableConflict", destination, Item, (Rejected, Item, Never), false),
        ("ErrorCorruptData", source, Item, (Malformed, Item, Never), false),
        ("ErrorCorruptData", destination, Item, (Rejected, Item, Never), false),
        ("ErrorMimeContentInvalid", destination, Item, (Rejected, Item, Never), false),
        ("ErrorContentConversionFailed", source, Item, (Malformed, Item, Never), false),
        ("ErrorSchemaValidation", destination, Item, (Rejected, Item, Never), false),
        ("ErrorSchemaValidation", source, Folder, (Protocol, Folder, Never), false),
        ("ErrorInvalidServerVersion", source, Account, (Config, Account, Never), false),
        ("ErrorNobodyHasHeardOf", source, Item, (Rejected, Item, Never), false),
        ("ErrorNobodyHasHeardOf", source, Folder, (Rejected, Folder, Never), false),
        ("ErrorNobodyHasHeardOf", source, Account, (Denied, Account, Never), false),
    ] {
        for writes in [false, true] {
            let error = doing(side, scope, writes).refused(&refusal(code));
            assert_eq!((error.kind(), error.reach(), error.retry_advice()), expected, "{code} {scope:?}");
            let unknown = error.effect() == omm_core::error::Effect::Unknown;
            assert_eq!(unknown, in_doubt && writes, "{code} {scope:?} {writes}");
            // Others on that server need not wait until one mailbox is moved.
            assert_eq!(error.is_alone(), code == "ErrorMailboxMoveInProgress", "{code}");
            let text = error.to_string();
            assert!(text.contains(code) && text.contains("so it is"), "the server's own words stay: {text}");
        }
    }
}

#[test]
fn the_table_of_statuses() {
    use ErrorKind::*;
    use Retry::{Backoff, Never};
    let pause = Duration::from_secs(30);
    for (status, wait, (kind, scope, retry), in_doubt, says) in [
        (401, None, (Auth, Scope::Account, Never), false, "check login and password"),
        (403, None, (Denied, Scope::Account, Never), false, "EwsEnabled"),
        (404, None, (Config, Scope::Account, Never), false, "no Exchange Web Services"),
        (405, None, (Config, Scope::Account, Never), false, "no Exchange Web Services"),
        (302, None, (Config, Scope::Account, Never), false, "elsewhere"),
        (407, None, (Config, Scope::Account, Never), false, "proxy"),
        (413, None, (TooLarge, Scope::Item, Never), false, "larger"),
        (440, None, (Auth, Scope::Account, Never), false, "blocks"),
        (456, None, (Auth, Scope::Account, Never), false, "blocks"),
        (429, Some(pause), (Throttled, Scope::Account, Retry::After(pause)), false, "pause"),
        (503, Some(pause), (Throttled, Scope::Account, Retry::After(pause)), false, "pause"),
        (503, None, (Throttled, Scope::Account, Backoff), true, "pause"),
        (500, None, (Unreachable, Scope::Account, Backoff), true, "broke"),
        (502, None, (Unreachable, Scope::Account, Backoff), true, "broke"),
        (504, None, (Unreachable, Scope::Account, Backoff), true, "broke"),
        (400, None, (Protocol, Scope::Account, Never), false, "refused"),
        (599, None, (Unreachable, Scope::Account, Backoff), true, "broke"),
    ] {
        for writes in [false, true] {
            let head = Head { status, ..Head::default() };
            let doing = doing(Side::Destination, Scope::Item, writes);
            let error = doing.failed(Trouble::Status(Box::new(head), String::new(), wait));
            assert_eq!((error.kind(), error.reach(), error.retry_advice()), (kind, scope, retry), "{status}");
            let unknown = error.effect() == omm_core::error::Effect::Unknown;
            assert_eq!(unknown, in_doubt && writes, "{status} {writes}");
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}

#[test]
fn a_lost_answer_of_a_write_is_in_doubt_and_of_a_read_is_not() {
    use omm_core::error::Effect;
    let lost = |sent| Trouble::Lost(Lost { sent, why: Why::Closed("x".to_owned()) });
    for (trouble, writes, effect) in [
        (lost(true), true, Effect::Unknown),
        (lost(false), true, Effect::None),
        (lost(true), false, Effect::None),
        (Trouble::Unreadable("x".to_owned()), true, Effect::Unknown),
        (Trouble::Unreadable("x".to_owned()), false, Effect::None),
        (Trouble::TooLarge("x"), true, Effect::Unknown),
        (Trouble::unanswered(), true, Effect::Unknown),
    ] {
        let text = format!("{trouble:?}");
        assert_eq!(
            doing(Side::Destination, Scope::Item, writes).failed(trouble).effect(),
            effect,
            "{text} {writes}"
        );
    }
}

#[test]
fn microsofts_own_hosts_are_known() {
    for (host, online) in [
        ("outlook.office365.com", true),
        ("Outlook.Office365.com", true),
        ("eur01.outlook.office365.com", true),
        ("autodiscover-s.outlook.com", true),
        ("autodiscover.outlook.com", true),
        ("mail.example", false),
        ("notoutlook.office365.com.evil.example", false),
    ] {
        assert_eq!(is_online(host), online, "{host}");
    }
}

#[test]
fn words_of_strangers_are_one_line_of_bounded_length() {
    assert_eq!(one_line(" a\r\n\u{1b}[2Jb\t c "), "a [2Jb c");
    assert!(one_line(&"x ".repeat(9_999)).chars().count() <= 301);
    assert_eq!(title(b"<html><TITLE id=x> A\nB </TITLE>").as_deref(), Some("A B"));
    assert_eq!(title(b"<title></title>"), None);
    assert_eq!(title(&[0xff; 99]), None);
}
