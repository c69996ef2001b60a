//! The table of response codes ([MS-OXWSCDATA] §2.2.5.24).

use super::Verdict;
use crate::soap::Refusal;
use omm_core::error::{ErrorKind, Retry, Scope, Side};
use std::time::Duration;

/// A mailbox that is being moved is away for minutes to hours.
const MOVE: Duration = Duration::from_secs(300);

/// What follows from a code. `scope` is how far a plain no reaches.
pub(super) fn judge(refusal: &Refusal, side: Side, scope: Scope) -> Verdict {
    let code = refusal.code.as_str();
    pause(code, refusal.back_off)
        .or_else(|| away(code, scope))
        .or_else(|| room(code, scope))
        .or_else(|| right(code, scope))
        .or_else(|| other_than_before(code, scope))
        .unwrap_or_else(|| content(refusal, side, scope))
}

fn of_account(kind: ErrorKind, retry: Retry, message: &'static str) -> Verdict {
    Verdict::new(kind, Scope::Account, retry, message)
}

/// Pauses.
fn pause(code: &str, back_off: Option<Duration>) -> Option<Verdict> {
    let rest = |retry, message| of_account(ErrorKind::Throttled, retry, message);
    Some(match code {
        "ErrorServerBusy" => {
            rest(back_off.map_or(Retry::Backoff, Retry::After), "the server asks for a pause")
        }
        "ErrorTooManyObjectsOpened" | "ErrorExceededConnectionCount" | "ErrorExceededFindCountLimit" => {
            rest(back_off.map_or(Retry::Backoff, Retry::After), "too much is asked of the server at once")
        }
        "ErrorMailboxMoveInProgress" => {
            rest(Retry::After(MOVE), "the mailbox is being moved to another database").alone()
        }
        _ => return None,
    })
}

/// Away for a while, or not done for another reason that should pass.
fn away(code: &str, scope: Scope) -> Option<Verdict> {
    let away = |message| of_account(ErrorKind::Unreachable, Retry::Backoff, message).in_doubt();
    Some(match code {
        "ErrorMailboxStoreUnavailable"
        | "ErrorMailboxFailover"
        | "ErrorConnectionFailed"
        | "ErrorADUnavailable"
        | "ErrorADOperation"
        | "ErrorNotEnoughMemory"
        | "ErrorSiteFailover"
        | "ErrorNoRespondingCASInDestinationSite" => away("the mailbox cannot be reached behind the server"),
        "ErrorInternalServerTransientError"
        | "ErrorCrossSiteRequest"
        | "ErrorProxyRequestProcessingFailed" => away("the server has a trouble that should pass"),
        // No pause is asked for, and the same may take as long again: whoever asks finds out what it is that takes so long.
        "ErrorTimeoutExpired" => away("the server did not finish in the time it allows itself"),
        "ErrorInternalServerError" | "InternalServiceFault" | "Server" | "Receiver"
            if scope <= Scope::Folder =>
        {
            Verdict::new(ErrorKind::Rejected, scope, Retry::Backoff, "the server broke over it").in_doubt()
        }
        "ErrorInternalServerError" | "InternalServiceFault" | "Server" | "Receiver" => {
            away("the server broke over the request")
        }
        // Not done, because something before it was not.
        "ErrorBatchProcessingStopped" => {
            Verdict::new(ErrorKind::Unreachable, scope, Retry::Backoff, "the server stopped before it")
        }
        _ => return None,
    })
}

/// Room, and places that take no such thing.
fn room(code: &str, scope: Scope) -> Option<Verdict> {
    let plain = |kind, message| Verdict::new(kind, scope, Retry::Never, message);
    Some(match code {
        // Only of servers before 2010 SP1, and in archives: elsewhere it is made where it may be, and moved.
        "ErrorCannotCreateContactInNonContactFolder"
        | "ErrorCannotCreateCalendarItemInNonCalendarFolder"
        | "ErrorCannotCreateTaskInNonTaskFolder" => plain(ErrorKind::Rejected, OTHER_KIND),
        "ErrorQuotaExceeded" => {
            of_account(ErrorKind::Quota, Retry::Never, "the mailbox is full: raise its quota, or make room")
        }
        "ErrorMessageSizeExceeded"
        | "ErrorAttachmentSizeLimitExceeded"
        | "ErrorMessagePerFolderCountReceiveQuotaExceeded" => {
            plain(ErrorKind::TooLarge, "larger than the server takes")
        }
        _ => return None,
    })
}

/// Who may do what.
fn right(code: &str, scope: Scope) -> Option<Verdict> {
    use ErrorKind::{Auth, Config, Denied};
    let account = |kind, message| of_account(kind, Retry::Never, message);
    Some(match code {
        "ErrorImpersonateUserDenied" | "ErrorImpersonationDenied" | "ErrorImpersonationFailed" => {
            account(Auth, IMPERSONATION)
        }
        "ErrorPasswordExpired" | "ErrorPasswordChangeRequired" => {
            account(Auth, "the password has expired: change it, then start again")
        }
        "ErrorAccountDisabled" | "ErrorMailboxLicenseExpired" => account(Auth, "the account is switched off"),
        "ErrorMissingEmailAddress" => account(Config, NO_MAILBOX_OF_ITS_OWN),
        "ErrorNonExistentMailbox"
        | "ErrorInvalidSmtpAddress"
        | "ErrorUserNotFound"
        | "ErrorMailRecipientNotFound" => account(Config, NO_MAILBOX),
        "ErrorAccessDenied" | "ErrorNotDelegate" | "ErrorCreateItemAccessDenied" => {
            Verdict::new(Denied, scope, Retry::Never, "the login has no right to it")
        }
        _ => return None,
    })
}

/// What is not there, or no longer as it was.
fn other_than_before(code: &str, scope: Scope) -> Option<Verdict> {
    use ErrorKind::{CursorExpired, NotFound, Rejected};
    let plain = |kind, message| Verdict::new(kind, scope, Retry::Never, message);
    Some(match code {
        "ErrorItemNotFound"
        | "ErrorFolderNotFound"
        | "ErrorParentFolderNotFound"
        | "ErrorSyncFolderNotFound"
        | "ErrorToFolderNotFound"
        | "ErrorAttachmentNotFound" => plain(NotFound, "it is not there any more"),
        "ErrorInvalidId"
        | "ErrorInvalidIdMalformed"
        | "ErrorInvalidIdEmpty"
        | "ErrorInvalidFolderId"
        | "ErrorInvalidIdXml"
        | "ErrorInvalidIdMonikerTooLong"
        | "ErrorInvalidIdStoreObjectIdTooLong" => plain(NotFound, "its id is none of this server's"),
        "ErrorInvalidSyncStateData" => Verdict::new(
            CursorExpired,
            Scope::Folder,
            Retry::Backoff,
            "the server no longer knows how far we were",
        ),
        "ErrorIrresolvableConflict"
        | "ErrorStaleObject"
        | "ErrorInvalidChangeKey"
        | "ErrorChangeKeyRequired" => plain(Rejected, "somebody changed it meanwhile"),
        _ => return None,
    })
}

/// Codes about what an item is made of, and those that nobody here has heard of.
fn content(refusal: &Refusal, side: Side, scope: Scope) -> Verdict {
    use ErrorKind::*;
    let unusable = if side == Side::Source { Malformed } else { Rejected };
    let plain = |kind, message| Verdict::new(kind, scope, Retry::Never, message);
    match refusal.code.as_str() {
        "ErrorCorruptData" | "ErrorItemCorrupt" | "ErrorPropertyValidationFailure" => {
            plain(unusable, "it is damaged in the server's store, or would be")
        }
        "ErrorContentConversionFailed"
        | "ErrorMimeContentInvalid"
        | "ErrorMimeContentInvalidBase64String"
        | "ErrorMimeContentConversionFailed"
        | "ErrorUnsupportedMimeConversion"
        | "ErrorUnsupportedTypeForConversion" => {
            plain(unusable, "the server cannot turn it into a mail, or a mail into it")
        }
        "ErrorInvalidServerVersion" | "ErrorIncorrectSchemaVersion" | "ErrorInvalidRequestServerVersion" => {
            Verdict::new(Config, Scope::Account, Retry::Never, VERSION)
        }
        // We wrote what the server does not read: an item is to blame where there is one, else we are.
        "ErrorSchemaValidation" | "ErrorInvalidRequest" | "ErrorInvalidArgument" | "Client" | "Sender" => {
            match scope {
                Scope::Item => plain(Rejected, "the server does not understand what it is made of"),
                _ => Verdict::new(
                    Protocol,
                    scope,
                    Retry::Never,
                    "the server does not understand the request; tell us",
                ),
            }
        }
        _ => match scope {
            Scope::Account | Scope::Run => plain(Denied, ""),
            _ => plain(Rejected, ""),
        },
    }
}

const IMPERSONATION: &str = "the administrator is known, but may not act for this mailbox: give the role ApplicationImpersonation \
                             (New-ManagementRoleAssignment -Role ApplicationImpersonation -User ADMIN), or full access to the mailbox \
                             (Add-MailboxPermission -AccessRights FullAccess)";
const NO_MAILBOX: &str = "there is no such mailbox on this server: check its mail address";
const OTHER_KIND: &str = "this server makes no items of this kind in such a folder: move it into a folder of its kind at the source, or \
                          leave the folder out";
const NO_MAILBOX_OF_ITS_OWN: &str =
    "this login has no mailbox of its own: name the mailbox by its address, and the login as its delegate";
const VERSION: &str = "the server knows no version of EWS that we speak: Exchange 2007 SP1 and newer do";
