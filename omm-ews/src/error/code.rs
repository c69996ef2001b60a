//! The table of response codes ([MS-OXWSCDATA] §2.2.5.24).

use super::Verdict;
use crate::soap::Refusal;
use omm_core::error::{ErrorKind, Retry, Scope, Side};
use std::time::Duration;

/// A mailbox that is being moved is away for minutes to hours.
const MOVE: Duration = Duration::from_secs(300);

/// What follows from a code. `scope` is how far a plain no reaches.
pub(super) fn judge(refusal: &Refusal, side: Side, scope: Scope) -> Verdict {
    use ErrorKind::*;
    use Retry::{Backoff, Never};
    let account = |kind, retry, message| Verdict::new(kind, Scope::Account, retry, message);
    let plain = |kind, message| Verdict::new(kind, scope, Never, message);
    match refusal.code.as_str() {
        // Pauses.
        "ErrorServerBusy" => {
            let rest = refusal.back_off.map_or(Backoff, Retry::After);
            account(Throttled, rest, "the server asks for a pause")
        }
        "ErrorTooManyObjectsOpened" | "ErrorExceededConnectionCount" | "ErrorExceededFindCountLimit" => {
            account(Throttled, Backoff, "too much is asked of the server at once")
        }
        "ErrorTimeoutExpired" => {
            account(Throttled, Backoff, "the server did not finish in the time it allows itself").in_doubt()
        }
        "ErrorMailboxMoveInProgress" => {
            account(Throttled, Retry::After(MOVE), "the mailbox is being moved to another database").alone()
        }
        // Away for a while.
        "ErrorMailboxStoreUnavailable"
        | "ErrorMailboxFailover"
        | "ErrorConnectionFailed"
        | "ErrorADUnavailable"
        | "ErrorADOperation"
        | "ErrorNotEnoughMemory"
        | "ErrorSiteFailover"
        | "ErrorNoRespondingCASInDestinationSite" => {
            account(Unreachable, Backoff, "the mailbox cannot be reached behind the server").in_doubt()
        }
        "ErrorInternalServerTransientError"
        | "ErrorCrossSiteRequest"
        | "ErrorProxyRequestProcessingFailed" => {
            account(Unreachable, Backoff, "the server has a trouble that should pass").in_doubt()
        }
        "ErrorInternalServerError" | "InternalServiceFault" | "Server" | "Receiver"
            if scope <= Scope::Folder =>
        {
            Verdict::new(Rejected, scope, Backoff, "the server broke over it").in_doubt()
        }
        "ErrorInternalServerError" | "InternalServiceFault" | "Server" | "Receiver" => {
            account(Unreachable, Backoff, "the server broke over the request").in_doubt()
        }
        // Not done, because something before it was not.
        "ErrorBatchProcessingStopped" => {
            Verdict::new(Unreachable, scope, Backoff, "the server stopped before it")
        }
        // Only of servers before 2010 SP1, and in archives: elsewhere it is made where it may be, and moved.
        "ErrorCannotCreateContactInNonContactFolder"
        | "ErrorCannotCreateCalendarItemInNonCalendarFolder"
        | "ErrorCannotCreateTaskInNonTaskFolder" => plain(Rejected, OTHER_KIND),
        // Room.
        "ErrorQuotaExceeded" => account(Quota, Never, "the mailbox is full: raise its quota, or make room"),
        "ErrorMessageSizeExceeded"
        | "ErrorAttachmentSizeLimitExceeded"
        | "ErrorMessagePerFolderCountReceiveQuotaExceeded" => plain(TooLarge, "larger than the server takes"),
        // Who may do what.
        "ErrorImpersonateUserDenied" | "ErrorImpersonationDenied" | "ErrorImpersonationFailed" => {
            account(Auth, Never, IMPERSONATION)
        }
        "ErrorPasswordExpired" | "ErrorPasswordChangeRequired" => {
            account(Auth, Never, "the password has expired: change it, then start again")
        }
        "ErrorAccountDisabled" | "ErrorMailboxLicenseExpired" => {
            account(Auth, Never, "the account is switched off")
        }
        "ErrorMissingEmailAddress" => account(Config, Never, NO_MAILBOX_OF_ITS_OWN),
        "ErrorNonExistentMailbox"
        | "ErrorInvalidSmtpAddress"
        | "ErrorUserNotFound"
        | "ErrorMailRecipientNotFound" => account(Config, Never, NO_MAILBOX),
        "ErrorAccessDenied" | "ErrorNotDelegate" | "ErrorCreateItemAccessDenied" => {
            plain(Denied, "the login has no right to it")
        }
        // What is not there, or no longer as it was.
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
        "ErrorInvalidSyncStateData" => {
            Verdict::new(CursorExpired, Scope::Folder, Backoff, "the server no longer knows how far we were")
        }
        "ErrorIrresolvableConflict"
        | "ErrorStaleObject"
        | "ErrorInvalidChangeKey"
        | "ErrorChangeKeyRequired" => plain(Rejected, "somebody changed it meanwhile"),
        _ => content(refusal, side, scope),
    }
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
