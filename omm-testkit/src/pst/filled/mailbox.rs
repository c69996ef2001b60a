//! One mailbox with everything.

use super::super::folder::{FolderId, Role};
use super::super::item::Item;
use super::super::property::{Key, Set, Value};
use super::super::store::{Placed, PstWriter};
use super::super::time::minutes;
use super::recurrence::{End, Exception, Pattern, Recurrence};
use super::{appointment, contact, mail, others, task};
use std::io::{self, Seek, Write};

/// What [`everything`] wrote: each folder's path, its items in their order, and where they are.
#[derive(Debug, Default)]
pub struct Everything {
    /// Items that a folder's table has.
    pub items: Vec<(String, Item, Placed)>,
    /// Items that a folder hides.
    pub associated: Vec<(String, Item, Placed)>,
    /// Items that no table has, and the folder that their nodes name.
    pub orphans: Vec<(String, Item, Placed)>,
    /// The search folder, and the ids of what it found.
    pub search: Option<(String, Vec<u32>)>,
}

/// Fills a file with one of everything; `large` is the size of the largest attachment in bytes, 0 for none.
///
/// # Errors
/// Those of the file.
pub fn everything<W: Write + Seek>(pst: &mut PstWriter<W>, large: usize) -> io::Result<Everything> {
    let mut made = Everything::default();
    let top = pst.top();
    let inbox = pst.folder(top, "Inbox", Some("IPF.Note"));
    pst.role(Role::Inbox, inbox);
    let mut fill = Fill { pst, made: &mut made };
    fill.folder(inbox, "Inbox", mails(large))?;
    for (name, role, class, items) in others_by_folder() {
        let folder = fill.pst.folder(top, name, Some(class));
        fill.pst.role(role, folder);
        if role == Role::Contacts {
            fill.contacts(folder)?;
        }
        fill.folder(folder, name, items)?;
    }
    let nested = fill.pst.folder(inbox, "Projekte / Übersicht", Some("IPF.Note"));
    let deep = fill.pst.folder(nested, "2023", None);
    fill.folder(
        deep,
        "Inbox\0Projekte / Übersicht\x002023",
        vec![mail::plain("Deep down", "Deep.\r\n"), others::post()],
    )?;
    fill.odd(inbox)?;
    Ok(made)
}

/// Recurrences of every type, with exceptions and every kind of end.
pub fn recurrences() -> Vec<(&'static str, Recurrence)> {
    let day = |month, day| minutes(2023, month, day, 0, 0);
    let new = |pattern, month, day| Recurrence::new(pattern, 2023, month, day);
    let weekly = Recurrence {
        end: End::Count(10, day(4, 5)),
        deleted: vec![day(3, 15)],
        exceptions: vec![
            Exception {
                subject: Some("Moved – größer".to_owned()),
                location: Some("Another room".to_owned()),
                busy: Some(3),
                reminder: Some(60),
                ..Exception::moved(day(3, 20) + 600, day(3, 21) + 840, day(3, 21) + 900)
            },
            Exception::moved(day(3, 22) + 600, day(3, 22) + 720, day(3, 22) + 780),
            Exception { all_day: Some(true), ..Exception::moved(day(3, 27) + 600, day(3, 27), day(3, 28)) },
        ],
        ..new(Pattern::Weekly(1, 0x0a), 3, 6)
    };
    let nightly = Recurrence { hours: (1380, 1500), ..new(Pattern::Daily(3), 1, 31) };
    vec![
        ("Daily", Recurrence { end: End::Count(5, day(1, 14)), ..new(Pattern::Daily(1), 1, 10) }),
        ("Every third night", nightly),
        ("Weekdays", Recurrence { end: End::Date(day(2, 28), 20), ..new(Pattern::Weekdays, 2, 1) }),
        ("Weekly with exceptions", weekly),
        ("Every other week", new(Pattern::Weekly(2, 0x20), 3, 3)),
        ("On the 31st", new(Pattern::Monthly(1, 31), 1, 31)),
        ("Second Tuesday", new(Pattern::MonthlyNth(1, 0x04, 2), 1, 10)),
        ("Last weekday", new(Pattern::MonthlyNth(1, 0x3e, 5), 1, 31)),
        ("Last day", new(Pattern::MonthEnd(1), 1, 31)),
        ("Birthday", new(Pattern::Yearly(1, 17), 5, 17)),
        ("Last Thursday of November", new(Pattern::YearlyNth(1, 0x10, 5), 11, 30)),
    ]
}

struct Fill<'a, W> {
    pst: &'a mut PstWriter<W>,
    made: &'a mut Everything,
}

impl<W: Write + Seek> Fill<'_, W> {
    fn folder(&mut self, folder: FolderId, path: &str, items: Vec<Item>) -> io::Result<()> {
        for item in items {
            let placed = self.pst.item(folder, &item)?;
            self.made.items.push((path.to_owned(), item, placed));
        }
        Ok(())
    }

    /// A contact, and a list that names it by its id.
    fn contacts(&mut self, folder: FolderId) -> io::Result<()> {
        self.folder(folder, "Contacts", vec![contact::contact()])?;
        let known = self.made.items.last().map(|(_, _, placed)| self.pst.entry_id_of(placed.nid));
        let known: Vec<Vec<u8>> = known.into_iter().collect();
        let others = [("Bruno Example", "bruno@example.com"), ("Zoë Other", "zoe@example.net")];
        self.folder(folder, "Contacts", vec![contact::group("Minutes", &known, &others)])
    }

    /// What the folder hides, what no folder has, and a search.
    fn odd(&mut self, inbox: FolderId) -> io::Result<()> {
        let hidden = Item::new("IPM.Microsoft.FolderDesign.NamedView", "Messages")
            .with(0x3001, "Messages")
            .with(0x0e07, 0x41)
            .with(0x7004, super::noise(31, 2_000));
        let placed = self.pst.associated(inbox, &hidden)?;
        self.made.associated.push(("Inbox".to_owned(), hidden, placed));
        let orphan = mail::plain("Nobody's", "No table has this.\r\n");
        let placed = self.pst.orphan(inbox, &orphan)?;
        self.made.orphans.push(("Inbox".to_owned(), orphan, placed));
        let found: Vec<u32> = self.made.items.iter().take(2).map(|(_, _, placed)| placed.nid).collect();
        let finder = self.pst.with_role(Role::Finder).unwrap_or(inbox);
        self.pst.search_folder(finder, "Unread Mail", &found)?;
        self.made.search = Some(("Unread Mail".to_owned(), found));
        Ok(())
    }
}

fn mails(large: usize) -> Vec<Item> {
    let unread = mail::plain("Unread", "Not yet read.\r\n").with(0x0e07, 0);
    let complete = mail::plain("Done", "Done with.\r\n").with(0x1090, 1).with(0x1091, at_noon());
    let empty = Item::new("IPM.Note", "");
    let unusual = Item::new("IPM.Note.Custom.Form", "A class of its own").with(0x1000, "Custom.\r\n");
    vec![
        mail::full(large),
        mail::plain("Plain", "Plain words.\r\n"),
        unread,
        mail::reply(102),
        mail::reply(103),
        mail::forwarded(),
        complete,
        mail::rich(),
        mail::signed(),
        mail::report(),
        mail::in_code_page(932, b"\x93\xfa\x96{\x8c\xea", b"\x93\xfa\x96{\x8c\xea\r\n"),
        mail::in_code_page(1251, b"\xd0\xf3\xf1\xf1\xea\xe8\xe9", b"\xd2\xe5\xea\xf1\xf2\r\n"),
        appointment::meeting_request(),
        unusual,
        empty,
    ]
}

fn at_noon() -> Value {
    super::at(2023, 2, 6, 12, 0)
}

type FolderOf = (&'static str, Role, &'static str, Vec<Item>);

fn others_by_folder() -> Vec<FolderOf> {
    let mut calendar = vec![appointment::appointment(), appointment::all_day(), appointment::meeting()];
    calendar.extend(
        recurrences().iter().map(|(subject, recurrence)| appointment::recurring(subject, recurrence)),
    );
    let mut tasks = vec![task::task(), done()];
    tasks.extend(recurrences().iter().map(|(subject, recurrence)| {
        task::recurring_task(subject, &Recurrence { exceptions: Vec::new(), ..recurrence.clone() })
    }));
    vec![
        ("Calendar", Role::Calendar, "IPF.Appointment", calendar),
        ("Contacts", Role::Contacts, "IPF.Contact", Vec::new()),
        ("Drafts", Role::Drafts, "IPF.Note", vec![mail::draft()]),
        ("Journal", Role::Journal, "IPF.Journal", vec![others::journal()]),
        ("Notes", Role::Notes, "IPF.StickyNote", vec![others::note()]),
        ("Outbox", Role::Outbox, "IPF.Note", Vec::new()),
        ("Sent Items", Role::SentItems, "IPF.Note", vec![mail::plain("Sent", "It was sent.\r\n")]),
        ("Tasks", Role::Tasks, "IPF.Task", tasks),
    ]
}

fn done() -> Item {
    let task = |lid: u32| Key::Number(Set::TASK, lid);
    Item::new("IPM.Task", "Buy paper")
        .with(task(0x8101), 2)
        .with(task(0x8102), Value::F64(1.0))
        .with(task(0x810f), at_noon())
        .with(task(0x811c), true)
}
