//! Where we and others differ, and why.

/// File, the beginning of the lines that differ, why.
const KNOWN: &[(&str, &str, &str)] = &[
    ("aspose/Personal_folders_part0.pst", "found 1 flag | My Messages | About Aspose ", LESS),
    ("aspose/Personal_folders_part0.pst", "found 1 from | My Messages | About Aspose ", LESS),
    ("aspose/Personal_folders_part0.pst", "found 1 to | My Messages | About Aspose ", LESS),
    ("aspose/Test_part1.pst", "found 2 company | Contacts | ", LESS),
    ("aspose/Test_part1.pst", "found 2 name | Contacts | ", LESS),
    ("aspose/Test_part1.pst", "found 2 title | Contacts | ", LESS),
    ("aspose/Test_part1.pst", "expected 1 folder | Inbox", TWINS),
    ("aspose/Test_part1.pst", "expected 1 folder | Deleted Items/SubInbox", TWINS),
    ("aspose/Test_part1.pst", "found 1 folder | Inbox (2)", TWINS),
    ("aspose/Test_part1.pst", "found 1 folder | Deleted Items/SubInbox (2)", TWINS),
    (BIT_FLIPS, "expected 1 attachment | Deleted Items | 绩效考核与薪酬体系的激励与创新 | ", FLIPPED),
    (BIT_FLIPS, "found 1 attachment | Deleted Items | 绩效考核与薪酬体系的激励与创新 | ", FLIPPED),
    (BIT_FLIPS, "expected 1 attachment | Deleted Items | 采购成本为何居高不下呢？ | ", FLIPPED),
    (BIT_FLIPS, "found 1 attachment | Deleted Items | 采购成本为何居高不下呢？ | ", FLIPPED),
    (BIT_FLIPS, "expected 1 attachment | Inbox | Message with Attachments | 1.doc", FLIPPED),
    (BIT_FLIPS, "found 1 attachment | Inbox | Message with Attachments | 1.doc", FLIPPED),
    (BIT_FLIPS, "expected 1 attachment | Inbox | test mail(Aspose.Email Evaluation) | License.txt", FLIPPED),
    (BIT_FLIPS, "found 1 attachment | Inbox | test mail(Aspose.Email Evaluation) | License.txt", FLIPPED),
    (
        "pst-extractor/enron.pst",
        "expected 1 from | lokay-m/MLOKAY (Non-Privileged)/Personal | Learn ",
        HEADER,
    ),
    ("pst-extractor/enron.pst", "found 1 from | lokay-m/MLOKAY (Non-Privileged)/Personal | Learn ", HEADER),
    (
        "pst-extractor/enron.pst",
        "expected 1 to | lokay-m/MLOKAY (Non-Privileged)/Personal | Houston | ",
        HEADER,
    ),
    (
        "pst-extractor/enron.pst",
        "expected 1 to | lokay-m/MLOKAY (Non-Privileged)/Personal | unverified news report | ",
        HEADER,
    ),
    (OFFLINE, "expected 1 from | Deleted Items | Invitation: ", HEADER),
    (OFFLINE, "found 1 from | Deleted Items | Invitation: ", HEADER),
    (OFFLINE, "expected 1 from | Inbox | Invitation: ", HEADER),
    (OFFLINE, "found 1 from | Inbox | Invitation: ", HEADER),
];

const BIT_FLIPS: &str = "derived-damage/bitflips_40_passwordprotected.pst";
const OFFLINE: &str = "pst-extractor/pstextractortest@outlook.com.ost";

const LESS: &str = "libpff cannot read these items, and what pst-extractor lists of them has no such field";
const TWINS: &str = "two folders of one name in one folder: the second one is numbered";
const FLIPPED: &str = "a bit of the attachment is another; the damage is remarked";
const HEADER: &str =
    "the header of the message on its way, which is kept, says another one than Outlook's properties";

/// Folders that Outlook hides. Empty ones are not carried.
const HIDDEN: [&str; 11] = [
    "Contacts/Companies",
    "Contacts/GAL Contacts",
    "Contacts/Organizational Contacts",
    "Contacts/PeopleCentricConversation Buddies",
    "Contacts/Recipient Cache",
    "Conversation Action Settings",
    "Conversation History/Team Chat",
    "ExternalContacts",
    "Files",
    "Quick Step Settings",
    "Yammer Root",
];

/// The lines that no known difference explains, and the known differences that are no more.
pub(crate) fn unknown(label: &str, lines: &[String]) -> (Vec<String>, Vec<String>) {
    let known: Vec<_> = KNOWN.iter().filter(|(file, _, _)| *file == label).collect();
    let is_known = |line: &String| known.iter().any(|(_, start, _)| line.starts_with(start));
    let new = lines.iter().filter(|line| !is_known(line) && !is_hidden(line)).cloned().collect();
    let gone = |(_, start, _): &&&(&str, &str, &str)| !lines.iter().any(|line| line.starts_with(start));
    (new, known.iter().filter(gone).map(|(_, start, why)| format!("{start} ({why})")).collect())
}

fn is_hidden(line: &str) -> bool {
    let Some(folder) = line.strip_prefix("expected 1 folder | ") else { return false };
    // Lists of contacts that Outlook keeps for itself are called by a GUID.
    folder.starts_with("Contacts/{") || folder.starts_with("Yammer Root/") || HIDDEN.contains(&folder)
}
