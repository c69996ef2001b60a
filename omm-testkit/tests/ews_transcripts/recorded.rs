//! Answers have the shape of those that real servers gave: the same namespaces, elements in the same order.

use crate::talk::{Bench, Node, create, get, server, try_parse};
use omm_testkit::shared::shared_data;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Where elements stand: of a parent, which of its children came before which.
#[derive(Default)]
struct Shapes {
    before: BTreeSet<(String, String, String)>,
    spaces: BTreeMap<String, BTreeSet<String>>,
}

impl Shapes {
    fn learn(&mut self, node: &Node) {
        self.spaces.entry(node.name.clone()).or_default().insert(node.space.clone());
        for (at, one) in node.children.iter().enumerate() {
            for other in node.children[at + 1..].iter().filter(|other| other.name != one.name) {
                self.before.insert((node.name.clone(), one.name.clone(), other.name.clone()));
            }
            self.learn(one);
        }
    }

    /// What no real server does.
    fn strange(&self, node: &Node, found: &mut Vec<String>) {
        if self.spaces.get(&node.name).is_some_and(|spaces| !spaces.contains(&node.space)) {
            found.push(format!("{} is from {}", node.name, node.space));
        }
        // In lists the order is not one of the schema.
        let is_list = matches!(node.name.as_str(), "Folders" | "Items" | "Changes" | "ResponseMessages");
        for (at, one) in node.children.iter().enumerate() {
            for other in node.children[at + 1..].iter().filter(|_| !is_list) {
                let seen = |first: &Node, second: &Node| {
                    self.before.contains(&(node.name.clone(), first.name.clone(), second.name.clone()))
                };
                if seen(other, one) && !seen(one, other) {
                    found.push(format!("{}: {} before {}", node.name, one.name, other.name));
                }
            }
            self.strange(one, found);
        }
    }
}

/// Only what servers said; the documentation's own examples are written by hand and differ.
fn recorded(data: &Path) -> Vec<Node> {
    let origins =
        ["GNOME_evolution-ews", "Garethp_php-ews", "gautamsi_ews-javascript-api", "linkedin_pyexchange"];
    let folders = origins.iter().filter_map(|origin| fs::read_dir(data.join(origin)).ok());
    let files = folders
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == "xml"));
    files.filter_map(|path| fs::read(path).ok()).filter_map(|bytes| try_parse(&bytes)).collect()
}

#[test]
fn no_answer_has_a_shape_that_no_server_has() {
    let Some(data) = shared_data("ews") else { return };
    let mut shapes = Shapes::default();
    let all = recorded(&data);
    assert!(all.len() > 150, "{}", all.len());
    all.iter().for_each(|node| shapes.learn(node));
    let bench = Bench::new(server());
    let answers = answers(&bench);
    let mut strange = Vec::new();
    answers.iter().for_each(|node| shapes.strange(node, &mut strange));
    strange.sort();
    strange.dedup();
    assert_eq!(strange, Vec::<String>::new());
}

/// One answer of every kind, with as much in it as there can be.
fn answers(bench: &Bench) -> Vec<Node> {
    let mailbox = bench.server.mailbox("ann@example.com");
    let mail = b"From: bob@example.com\r\nTo: ann@example.com\r\nCc: c@example.com\r\nSubject: s\r\nMessage-ID: <1@x>\r\nReferences: <0@x>\r\n\r\nbody";
    mailbox.add_mail("inbox", mail, "2026-01-01T00:00:00Z", false);
    let mut answers = Vec::new();
    for (folder, item) in [
        (
            "inbox",
            "<t:Message><t:Subject>s</t:Subject><t:Body BodyType=\"HTML\">b</t:Body><t:Attachments><t:FileAttachment><t:Name>a</t:Name><t:Content>QQ==</t:Content></t:FileAttachment></t:Attachments><t:Categories><t:String>c</t:String></t:Categories></t:Message>",
        ),
        (
            "contacts",
            "<t:Contact><t:GivenName>G</t:GivenName><t:CompanyName>C</t:CompanyName><t:EmailAddresses><t:Entry Key=\"EmailAddress1\">a@b</t:Entry></t:EmailAddresses><t:PhoneNumbers><t:Entry Key=\"HomePhone\">1</t:Entry></t:PhoneNumbers><t:JobTitle>J</t:JobTitle><t:Surname>S</t:Surname></t:Contact>",
        ),
        (
            "calendar",
            "<t:CalendarItem><t:Subject>s</t:Subject><t:Body BodyType=\"Text\">b</t:Body><t:Start>2026-01-01T10:00:00Z</t:Start><t:End>2026-01-01T11:00:00Z</t:End><t:Location>L</t:Location><t:RequiredAttendees><t:Attendee><t:Mailbox><t:EmailAddress>b@c</t:EmailAddress></t:Mailbox></t:Attendee></t:RequiredAttendees><t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:EndDateRecurrence><t:StartDate>2026-01-01</t:StartDate><t:EndDate>2026-01-05</t:EndDate></t:EndDateRecurrence></t:Recurrence></t:CalendarItem>",
        ),
        (
            "tasks",
            "<t:Task><t:Subject>s</t:Subject><t:DueDate>2026-01-01T00:00:00Z</t:DueDate><t:StartDate>2026-01-01T00:00:00Z</t:StartDate><t:Status>InProgress</t:Status></t:Task>",
        ),
    ] {
        let made = bench.ask(&create(folder, item));
        assert_eq!(made.codes(), ["NoError"], "{item}");
        let ids =
            format!("<m:ParentFolderIds><t:DistinguishedFolderId Id=\"{folder}\"/></m:ParentFolderIds>");
        let shape = "<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>";
        answers.push(bench.ask(&get(&made.id())));
        answers.push(bench.ask(&format!("<m:FindItem Traversal=\"Shallow\">{shape}{ids}</m:FindItem>")));
        answers.push(bench.ask(&format!(
            "<m:SyncFolderItems>{shape}<m:SyncFolderId><t:DistinguishedFolderId Id=\"{folder}\"/></m:SyncFolderId><m:MaxChangesReturned>9</m:MaxChangesReturned></m:SyncFolderItems>"
        )));
        answers.push(made);
    }
    let shape = "<m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape>";
    let root = "<t:DistinguishedFolderId Id=\"msgfolderroot\"/>";
    answers.push(bench.ask(&format!(
        "<m:GetFolder>{shape}<m:FolderIds>{root}<t:FolderId Id=\"x\"/></m:FolderIds></m:GetFolder>"
    )));
    answers.push(bench.ask(&format!(
        "<m:FindFolder Traversal=\"Deep\">{shape}<m:ParentFolderIds>{root}</m:ParentFolderIds></m:FindFolder>"
    )));
    answers.push(bench.ask(&format!("<m:SyncFolderHierarchy>{shape}</m:SyncFolderHierarchy>")));
    let folder = "<m:Folders><t:Folder><t:DisplayName>n</t:DisplayName></t:Folder></m:Folders>";
    for _ in 0..2 {
        answers.push(bench.ask(&format!(
            "<m:CreateFolder><m:ParentFolderId>{root}</m:ParentFolderId>{folder}</m:CreateFolder>"
        )));
    }
    answers.push(bench.ask("<m:ResolveNames ReturnFullContactData=\"true\"><m:UnresolvedEntry>ann</m:UnresolvedEntry></m:ResolveNames>"));
    answers.push(bench.ask("<m:GetServerTimeZones ReturnFullTimeZoneData=\"true\"/>"));
    answers.push(bench.ask("<m:MakeCoffee/>"));
    answers
}
