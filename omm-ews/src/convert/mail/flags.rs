//! Flags and keywords of a message, and the properties that they are.

use crate::{
    convert::{draft::Draft, node::Node, order::Schema, words},
    ops::{ExtendedPath, PropertySet, PropertyType},
    xml::Element,
};
use base64::{Engine, alphabet, engine::GeneralPurpose, engine::general_purpose::NO_PAD};
use omm_core::model::{Flags, SystemFlag};
use omm_mapi::mail::keyword;

/// PidTagMessageFlags ([MS-OXCMSG] §2.2.1.6): 1 read, 8 unsent. It can be set while a message is made and never again.
const MESSAGE_FLAGS: ExtendedPath = ExtendedPath::tag(0x0E07, PropertyType::Integer);
/// PidTagLastVerbExecuted ([MS-OXOMSG] §2.2.1.4).
const VERB: ExtendedPath = ExtendedPath::tag(0x1081, PropertyType::Integer);
/// PidTagIconIndex ([MS-OXOMSG] §2.2.1.10).
const ICON: ExtendedPath = ExtendedPath::tag(0x1080, PropertyType::Integer);
/// PidTagReadReceiptRequested ([MS-OXOMSG] §2.2.1.29).
const RECEIPT_WANTED: ExtendedPath = ExtendedPath::tag(0x0029, PropertyType::Boolean);
/// PidTagNonReceiptNotificationRequested ([MS-OXOMSG] §2.2.1.31): to be told of what is removed unread.
const NO_RECEIPT_WANTED: ExtendedPath = ExtendedPath::tag(0x0C06, PropertyType::Boolean);
/// By what a sender asks for word of what becomes of a message.
pub(crate) const RECEIPTS: [ExtendedPath; 2] = [RECEIPT_WANTED, NO_RECEIPT_WANTED];
/// PidTagFlagStatus ([MS-OXOFLAG] §2.2.1.1): 1 done, 2 flagged.
const FLAG_STATUS: ExtendedPath = ExtendedPath::tag(0x1090, PropertyType::Integer);
/// PidTagFollowupIcon ([MS-OXOFLAG] §2.2.1.2): 6 red.
const FLAG_ICON: ExtendedPath = ExtendedPath::tag(0x1095, PropertyType::Integer);
/// PidTagToDoItemFlags ([MS-OXOFLAG] §2.2.1.6): 1 without a date.
const TO_DO: ExtendedPath = ExtendedPath::tag(0x0E2B, PropertyType::Integer);
/// PidLidFlagRequest ([MS-OXOFLAG] §2.2.1.9): what the flag asks for, in words.
const REQUEST: ExtendedPath = ExtendedPath::id(PropertySet::COMMON, 0x8530, PropertyType::String);

/// What must be asked for to know the flags, beside IsRead, IsDraft, IsReadReceiptRequested and Categories.
pub(crate) const PROPERTIES: &[ExtendedPath] = &[MESSAGE_FLAGS, VERB, ICON, FLAG_STATUS];

const READ: i64 = 1;
const UNSENT: i64 = 8;
const REPLIED: i64 = 102;
const FORWARDED: i64 = 104;
const REPLIED_ICON: i64 = 0x105;
const FORWARDED_ICON: i64 = 0x106;

/// Keywords that programs set for each other. As categories, people would see them.
const OF_PROGRAMS: [&str; 8] =
    ["$MDNSent", "$Junk", "$NotJunk", "Junk", "NonJunk", "NotJunk", "$Phishing", "$SubmitPending"];

/// The flags of an item.
pub(super) fn read(item: &Element) -> Flags {
    let mut flags = Flags::none();
    let message = MESSAGE_FLAGS.number(item);
    let has = |bit: i64| message.is_some_and(|flags| flags & bit != 0);
    let seen = item.text_of("IsRead").map_or(has(READ), |_| words::is(item, "IsRead"));
    if seen {
        flags.insert(SystemFlag::Seen);
        // RFC 3503 §3.1: whoever reads it next shall not ask whether to send a receipt.
        if words::is(item, "IsReadReceiptRequested") {
            flags.insert_keyword("$MDNSent");
        }
    }
    if message.map_or_else(|| words::is(item, "IsDraft"), |_| has(UNSENT)) {
        flags.insert(SystemFlag::Draft);
    }
    let (verb, icon) = (VERB.number(item).unwrap_or(0), ICON.number(item).unwrap_or(0));
    // The verb is the last thing that was done; an icon that says otherwise remembers another.
    if matches!(verb, 102 | 103) || (verb == 0 && icon == REPLIED_ICON) {
        flags.insert(SystemFlag::Answered);
    }
    if verb == FORWARDED || icon == FORWARDED_ICON {
        flags.insert_keyword("$Forwarded");
    }
    if is_flagged(item) {
        flags.insert(SystemFlag::Flagged);
    }
    for category in words::list(item, "Categories") {
        flags.insert_keyword(&keyword(&category));
    }
    flags
}

/// Servers from 2013 on have an element for it; the property is there on all.
fn is_flagged(item: &Element) -> bool {
    match FLAG_STATUS.number(item) {
        Some(status) => status == 2,
        None => item.child("Flag").and_then(|flag| flag.text_of("FlagStatus")) == Some("Flagged"),
    }
}

/// Sets the flags of a message that is made.
pub(super) fn write(flags: &Flags, draft: &mut Draft) {
    let seen = flags.contains(SystemFlag::Seen);
    let unsent = flags.contains(SystemFlag::Draft);
    // No receipt is due: the bits that say so (mfNotifyRead, mfNotifyUnread) are not among these.
    let bits = if seen { READ } else { 0 } | if unsent { UNSENT } else { 0 };
    draft.property(MESSAGE_FLAGS, &bits.to_string());
    // Whoever reads or removes the copy, we among them: nobody far away is told. Servers before 2013 know no other way.
    RECEIPTS.iter().for_each(|wanted| draft.property(*wanted, "false"));
    is_read(seen, draft);
    let answered = flags.contains(SystemFlag::Answered);
    if answered || flags.contains_keyword("$Forwarded") {
        verb(flags, draft);
    }
    if flags.contains(SystemFlag::Flagged) {
        flagged(true, draft);
    }
    categories(flags, draft);
    if flags.contains(SystemFlag::Deleted) {
        draft.lose("that it is marked for removal");
    }
}

/// Sets what differs. `there` are the categories that the message has, by their own names.
pub(super) fn changes(there: &[String], from: &Flags, to: &Flags) -> Draft {
    let mut draft = Draft::new(Schema::Message);
    let differs = |flag: SystemFlag| from.contains(flag) != to.contains(flag);
    if differs(SystemFlag::Seen) {
        is_read(to.contains(SystemFlag::Seen), &mut draft);
    }
    if differs(SystemFlag::Answered)
        || from.contains_keyword("$Forwarded") != to.contains_keyword("$Forwarded")
    {
        verb(to, &mut draft);
    }
    if differs(SystemFlag::Flagged) {
        flagged(to.contains(SystemFlag::Flagged), &mut draft);
    }
    let categories = categories_after(there, from, to);
    if categories != there {
        // An empty list takes them all away.
        let strings = categories.iter().map(|one| Node::text("t:String", one)).collect();
        draft.set("item:Categories", Node::parent("t:Categories", strings));
    }
    draft
}

/// The categories of a message behind a change. The list is written as a whole: those that the change does not name stay as they
/// are called and where they are, though a keyword has another name than its category, or there is none for it.
fn categories_after(there: &[String], from: &Flags, to: &Flags) -> Vec<String> {
    let stays = |name: &&String| {
        let word = keyword(name);
        to.contains_keyword(&word) || !from.contains_keyword(&word)
    };
    let new = to.keywords().filter(|word| !from.contains_keyword(word)).filter_map(category);
    there.iter().filter(stays).cloned().chain(new).collect()
}

fn is_read(seen: bool, draft: &mut Draft) {
    draft.set("message:IsRead", Node::text("t:IsRead", if seen { "true" } else { "false" }));
}

/// The verb and the icon of what was done; the two differ for a message that was answered and forwarded.
fn verb(flags: &Flags, draft: &mut Draft) {
    let answered = flags.contains(SystemFlag::Answered);
    let (verb, icon) = match (answered, flags.contains_keyword("$Forwarded")) {
        (true, false) => (REPLIED, REPLIED_ICON),
        (true, true) => (REPLIED, FORWARDED_ICON),
        (false, true) => (FORWARDED, FORWARDED_ICON),
        (false, false) => (0, -1),
    };
    draft.property(VERB, &verb.to_string());
    draft.property(ICON, &icon.to_string());
}

fn flagged(is: bool, draft: &mut Draft) {
    let (status, icon, to_do) = if is { ("2", "6", "1") } else { ("0", "0", "0") };
    draft.property(FLAG_STATUS, status);
    draft.property(FLAG_ICON, icon);
    draft.property(TO_DO, to_do);
    if is {
        draft.property(REQUEST, "Follow up");
    }
}

fn categories(flags: &Flags, draft: &mut Draft) {
    let names: Vec<_> = flags.keywords().filter_map(category).collect();
    words::set_list(draft, "item:Categories", "t:Categories", &names);
    for word in
        flags.keywords().filter(|word| OF_PROGRAMS.iter().any(|known| known.eq_ignore_ascii_case(word)))
    {
        // That a receipt was sent is said by the message itself, if one was asked for.
        if !word.eq_ignore_ascii_case("$MDNSent") {
            draft.lose(format!("the mark {word}"));
        }
    }
}

/// The category of a keyword: letters beyond ASCII stand in modified UTF-7 (RFC 3501 §5.1.3). Nothing for what is no
/// category.
fn category(keyword: &str) -> Option<String> {
    let of_programs = OF_PROGRAMS.iter().any(|known| known.eq_ignore_ascii_case(keyword));
    // A keyword of letters that no mail server can name would be shown under another name than it was given.
    if of_programs || !keyword.is_ascii() || keyword.eq_ignore_ascii_case("$Forwarded") {
        return None;
    }
    Some(decoded(keyword).unwrap_or_else(|| keyword.to_owned()))
}

/// Modified UTF-7; nothing for what is none.
fn decoded(keyword: &str) -> Option<String> {
    const MODIFIED: GeneralPurpose = GeneralPurpose::new(&alphabet::IMAP_MUTF7, NO_PAD);
    let mut text = String::new();
    let mut rest = keyword;
    while let Some((before, behind)) = rest.split_once('&') {
        text.push_str(before);
        let (letters, behind) = behind.split_once('-')?;
        if letters.is_empty() {
            text.push('&');
        } else {
            let bytes = MODIFIED.decode(letters).ok()?;
            let units: Vec<u16> = bytes
                .chunks(2)
                .filter_map(|pair| pair.first_chunk().copied())
                .map(u16::from_be_bytes)
                .collect();
            text.push_str(&String::from_utf16(&units).ok()?);
        }
        rest = behind;
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{convert::node::read_back, xml::Writer};
    use omm_core::model::FlagDelta;

    /// As a server gives back what was written: IsDraft follows the bits.
    fn round_trip(flags: &str) -> (String, Vec<String>) {
        let mut draft = Draft::new(Schema::Message);
        write(&Flags::parse(flags), &mut draft);
        let mut writer = Writer::new();
        draft.finish().write(&mut writer);
        (read(&read_back(writer)).to_string(), draft.losses)
    }

    #[test]
    fn flags_come_back() {
        for flags in [
            "",
            "\\Seen",
            "\\Answered",
            "\\Flagged",
            "\\Draft",
            "$Forwarded",
            "\\Answered $Forwarded",
            "\\Seen \\Answered \\Flagged \\Draft $Forrest $label1 B&APw-ro Q&-A Work",
        ] {
            assert_eq!(round_trip(flags), (flags.to_owned(), Vec::new()));
        }
    }

    #[test]
    fn what_has_no_place_is_said() {
        for (flags, kept, losses) in [
            ("\\Deleted", "", 1),
            ("$Junk NonJunk", "", 2),
            ("$MDNSent \\Seen", "\\Seen", 0),
            ("&odd", "&-odd", 0),
        ] {
            let (found, lost) = round_trip(flags);
            assert_eq!((found.as_str(), lost.len()), (kept, losses), "{flags}");
        }
    }

    #[test]
    fn what_servers_say() {
        for (item, expected) in [
            ("<IsRead>true</IsRead><IsReadReceiptRequested>true</IsReadReceiptRequested>", "\\Seen $MDNSent"),
            ("<IsReadReceiptRequested>true</IsReadReceiptRequested>", ""),
            ("<IsDraft>true</IsDraft>", "\\Draft"),
            ("<Flag><FlagStatus>Flagged</FlagStatus></Flag>", "\\Flagged"),
            ("<Flag><FlagStatus>Complete</FlagStatus></Flag>", ""),
            ("<Categories><String>Blue Category</String><String/></Categories>", "Blue_Category"),
        ] {
            let item = crate::xml::read(format!("<m>{item}</m>").as_bytes(), crate::xml::Limits::SMALL);
            assert_eq!(read(&item.expect("well formed")).to_string(), expected);
        }
    }

    /// Kills: categories that are renamed to their keywords, merged or dropped when another one comes or goes.
    #[test]
    fn categories_that_a_change_does_not_name_stay_as_they_are() {
        for (there, add, remove, after) in [
            ("Blue Category|Zu tun", "Work", "", "Blue Category|Zu tun|Work"),
            (
                "Blue Category|Blue_Category|Junk|$Forwarded",
                "Work",
                "",
                "Blue Category|Blue_Category|Junk|$Forwarded|Work",
            ),
            ("Blue Category|Work", "", "work", "Blue Category"),
            ("Blue Category|Work", "", "Blue_Category", "Work"),
            ("Zu tun", "zu_tun", "", "Zu tun"),
            ("Work", "", "Work", ""),
        ] {
            let names: String = there.split('|').map(|name| format!("<String>{name}</String>")).collect();
            let item = format!("<Message><Categories>{names}</Categories></Message>");
            let item = crate::xml::read(item.as_bytes(), crate::xml::Limits::SMALL).expect("well formed");
            let delta = FlagDelta { add: Flags::parse(add), remove: Flags::parse(remove) };
            let mut writer = Writer::new();
            super::super::changes(&item, &delta).finish().write(&mut writer);
            let written = read_back(writer);
            let left = match written.child("Categories") {
                Some(_) => words::list(&written, "Categories").join("|"),
                None => there.to_owned(),
            };
            assert_eq!(left, after, "{there} + {add} - {remove}");
        }
    }

    #[test]
    fn changes_say_no_more_than_what_differs() {
        for (from, to, expected) in [
            ("\\Seen", "\\Seen", ""),
            ("", "\\Seen", "IsRead"),
            ("\\Flagged", "", "ExtendedProperty ExtendedProperty ExtendedProperty"),
            ("a b", "b A", ""),
            ("a", "", "Categories"),
            ("", "$Forwarded", "ExtendedProperty ExtendedProperty"),
        ] {
            let there: Vec<_> = Flags::parse(from).keywords().filter_map(category).collect();
            let draft = changes(&there, &Flags::parse(from), &Flags::parse(to));
            let names: Vec<_> =
                draft.fields().iter().map(|field| field.node.name().trim_start_matches("t:")).collect();
            assert_eq!(names.join(" "), expected, "{from} → {to}");
        }
    }
}
