//! Why something is not done: a response code with its words.

use crate::ews::xml::Element;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ews) struct Refusal {
    pub(in crate::ews) code: String,
    pub(in crate::ews) text: String,
    /// What is in MessageXml.
    pub(in crate::ews) xml: Vec<Element>,
}

impl Refusal {
    /// With the words that Exchange has for it.
    pub(in crate::ews) fn new(code: &str) -> Self {
        Self { code: code.to_owned(), text: words(code).to_owned(), xml: Vec::new() }
    }

    pub(in crate::ews) fn saying(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// Names the property that it is about.
    pub(in crate::ews) fn about(mut self, uri: &str) -> Self {
        self.xml.push(Element::new("FieldURI").with("FieldURI", uri));
        self
    }

    pub(in crate::ews) fn value(mut self, name: &str, value: impl Into<String>) -> Self {
        self.xml.push(Element::text("Value", value).with("Name", name));
        self
    }

    pub(in crate::ews) fn busy(back_off: u64) -> Self {
        Self::new("ErrorServerBusy").value("BackOffMilliseconds", back_off.to_string())
    }

    pub(in crate::ews) fn not_found() -> Self {
        Self::new("ErrorItemNotFound")
    }
}

fn words(code: &str) -> &'static str {
    match code {
        "ErrorAccessDenied" => "Access is denied. Check credentials and try again.",
        "ErrorItemNotFound" => "The specified object was not found in the store.",
        "ErrorFolderNotFound" => "The specified folder could not be found in the store.",
        "ErrorParentFolderNotFound" => "The specified parent folder could not be found.",
        "ErrorInvalidIdMalformed" => "Id is malformed.",
        "ErrorInvalidId" => "The Id is invalid.",
        "ErrorInvalidChangeKey" => "The change key is invalid.",
        "ErrorChangeKeyRequired" => "An object within a change description must contain a change key.",
        "ErrorStaleObject" => "The current ChangeKey is required for this operation.",
        "ErrorIrresolvableConflict" => {
            "The send or update operation could not be performed because the change key passed in the request does \
             not match the current change key for the item."
        }
        "ErrorFolderExists" => "A folder with the specified name already exists.",
        "ErrorDeleteDistinguishedFolder" => "Distinguished folders cannot be deleted.",
        "ErrorNonExistentMailbox" => "The SMTP address has no mailbox associated with it.",
        "ErrorMissingEmailAddress" => {
            "When making a request as an account that does not have a mailbox, you must specify the mailbox primary \
             SMTP address for any distinguished folder Ids."
        }
        "ErrorInvalidSyncStateData" => "Synchronization state data is corrupt or otherwise invalid.",
        "ErrorServerBusy" => "The server cannot service this request right now. Try again later.",
        "ErrorTooManyObjectsOpened" => "Too many concurrent connections opened.",
        "ErrorTimeoutExpired" => "The operation timed out.",
        "ErrorInvalidPropertySet" => "Set action is invalid for property.",
        "ErrorInvalidPropertyDelete" => "Delete action is invalid for property.",
        "ErrorInvalidPropertyAppend" => "Append action is invalid for property.",
        "ErrorInvalidPropertyRequest" => "The property can not be used with this type of item.",
        "ErrorRequiredPropertyMissing" => "Required property is missing.",
        "ErrorMessageDispositionRequired" => "MessageDisposition is required for this item type.",
        "ErrorSendMeetingInvitationsRequired" => {
            "SendMeetingInvitations attribute is required for calendar items."
        }
        "ErrorSendMeetingInvitationsOrCancellationsRequired" => {
            "SendMeetingInvitationsOrCancellations attribute is required for calendar items."
        }
        "ErrorSendMeetingCancellationsRequired" => {
            "SendMeetingCancellations attribute is required for calendar items."
        }
        "ErrorAffectedTaskOccurrencesRequired" => {
            "AffectedTaskOccurrences attribute is required for Task items."
        }
        "ErrorCalendarEndDateIsEarlierThanStartDate" => "EndDate is earlier than StartDate",
        "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange" => {
            "Occurrence index is out of recurrence range."
        }
        "ErrorCalendarOccurrenceIsDeletedFromRecurrence" => "Occurrence is deleted from the recurrence.",
        "ErrorCalendarIsNotRecurringMaster" => "Item is not a recurring master.",
        "ErrorCalendarIsNotOccurrence" => "Item is not an occurrence.",
        "ErrorRecurrenceHasNoOccurrence" => "The specified recurrence has no occurrence.",
        "ErrorInvalidTimeZone" => "The time zone is invalid.",
        "ErrorCannotCreateContactInNonContactFolder" => "Contacts can only be created in a contacts folder.",
        "ErrorCannotCreateCalendarItemInNonCalendarFolder" => {
            "Calendar items can only be created in a calendar folder."
        }
        "ErrorCannotCreateTaskInNonTaskFolder" => "Tasks can only be created in a task folder.",
        "ErrorUnsupportedMimeConversion" => "The item type does not support MIME conversion.",
        "ErrorMimeContentInvalid" => "The MIME content is invalid.",
        "ErrorMimeContentInvalidBase64String" => {
            "Mime content is invalid. The content is not a base64 string."
        }
        "ErrorAttachmentSizeLimitExceeded" => "The attachment is too large.",
        "ErrorMessageSizeExceeded" => "The message exceeds the maximum supported size.",
        "ErrorNameResolutionNoResults" => "No results were found.",
        "ErrorNameResolutionMultipleResults" => "Multiple results were found.",
        "ErrorExceededFindCountLimit" => {
            "You have exceeded the maximum number of objects that can be returned."
        }
        "ErrorInvalidOperation" => "The operation is invalid.",
        "ErrorCorruptData" => "Corrupt data.",
        "ErrorInternalServerError" => "An internal server error occurred. The operation failed.",
        "ErrorQuotaExceeded" => "The mailbox is over its quota.",
        "ErrorItemSave" => "The item save failed.",
        "ErrorMoveCopyFailed" => "The move or copy operation failed.",
        "ErrorImpersonateUserDenied" => {
            "The account does not have permission to impersonate the requested user."
        }
        "ErrorInvalidServerVersion" => "The specified server version is invalid.",
        _ => "The request failed.",
    }
}
