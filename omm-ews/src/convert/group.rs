//! Distribution lists ([MS-OXWSDLIST]) and groups of vCard.
//!
//! # What becomes of each field
//!
//! | of the list | of the group |
//! |---|---|
//! | DisplayName, Body, Categories, Sensitivity | name, notes, categories, class |
//! | a member with a mail address, a contact's included | its address and name; the link to the contact is left out |
//! | a member of Exchange's address book of which no mail address is known, a list in the mailbox | its name |

use super::{
    contact::{class, set_class},
    draft::Draft,
    node::Node,
    order::Schema,
    words,
};
use crate::{ops::ExtendedPath, xml::Element};
use omm_content::card::{Group, Member, MemberAddress};
use omm_mapi::contact::mail_address;

/// What must be asked for beside what the schema has: nothing.
pub(crate) const PROPERTIES: &[ExtendedPath] = &[];

/// Reads a list. What is lost is added to `losses`.
pub(crate) fn group(item: &Element, losses: &mut Vec<String>) -> Group {
    let members = item.child("Members").into_iter().flat_map(|all| all.all("Member"));
    let name = item.text_of("DisplayName").or_else(|| item.text_of("Subject"));
    Group {
        uid: words::urn(item),
        revised: words::time(item, "LastModifiedTime"),
        name: name.unwrap_or_default().to_owned(),
        members: members.take(super::MOST).map(|member| read_member(member, losses)).collect(),
        categories: words::list(item, "Categories"),
        notes: words::text(item).plain.unwrap_or_default(),
        class: class(item),
        lines: Vec::new(),
    }
}

fn read_member(member: &Element, losses: &mut Vec<String>) -> Member {
    let none = Element::default();
    let mailbox = member.child("Mailbox").unwrap_or(&none);
    let (name, address) = (words::word(mailbox, "Name"), words::word(mailbox, "EmailAddress"));
    match mail_address(&address).or_else(|| mail_address(&name)) {
        Some(address) => {
            let name = if name == address { String::new() } else { name.clone() };
            Member { name, address: MemberAddress::Mail(address.to_owned()) }
        }
        None => {
            let known = [name, address].into_iter().find(|text| !text.is_empty());
            let name = known.unwrap_or_else(|| "(a member without a name)".to_owned());
            losses.push(format!("the member {name:?} has no mail address and is kept by its name only"));
            Member { name, address: MemberAddress::Unknown }
        }
    }
}

/// Makes a list.
pub(crate) fn draft(group: &Group) -> Draft {
    let mut draft = Draft::new(Schema::List);
    draft.property_text(words::UID, &group.uid);
    words::set_text(&mut draft, Some(&group.notes), None);
    words::set_list(&mut draft, "item:Categories", "t:Categories", &group.categories);
    set_class(&mut draft, group.class);
    words::lose_lines(&mut draft, &group.lines);
    draft.text("contacts:DisplayName", "t:DisplayName", &group.name);
    let members: Vec<_> = group.members.iter().filter_map(|member| mailbox(member, &mut draft)).collect();
    if !members.is_empty() {
        draft.set("distributionlist:Members", Node::parent("t:Members", members));
    }
    draft
}

/// A member as one that stands in no address book: a server looks up those that it should know, and refuses the whole list
/// for one that it does not find.
fn mailbox(member: &Member, draft: &mut Draft) -> Option<Node> {
    let MemberAddress::Mail(address) = &member.address else {
        draft.lose(format!("the member {:?}, who has no mail address", member.name));
        return None;
    };
    let name = if member.name.is_empty() { address } else { &member.name };
    let mailbox = Node::parent(
        "t:Mailbox",
        vec![
            Node::text("t:Name", name),
            Node::text("t:EmailAddress", address),
            Node::text("t:RoutingType", "SMTP"),
            Node::text("t:MailboxType", "OneOff"),
        ],
    );
    Some(Node::parent("t:Member", vec![mailbox]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{convert::node::read_back, xml::Writer};
    use omm_content::card::Class;

    #[test]
    fn a_group_comes_back() {
        let member = |name: &str, address: &str| Member {
            name: name.into(),
            address: MemberAddress::Mail(address.into()),
        };
        let group = Group {
            uid: "urn:uuid:1".into(),
            revised: None,
            name: "Team & friends".into(),
            members: vec![member("Jane", "jane@example.org"), member("", "joe@example.org")],
            categories: vec!["a".into()],
            notes: "one\ntwo".into(),
            class: Class::Private,
            lines: Vec::new(),
        };
        let mut writer = Writer::new();
        let made = draft(&group);
        made.finish().write(&mut writer);
        let mut losses = Vec::new();
        assert_eq!(super::group(&read_back(writer), &mut losses), group);
        assert_eq!((made.losses.len(), losses.len()), (0, 0));
    }

    #[test]
    fn members_without_an_address() {
        let text = "<DistributionList><Members>\
            <Member><Mailbox><Name>List</Name><EmailAddress/><MailboxType>PrivateDL</MailboxType></Mailbox></Member>\
            <Member><Mailbox><Name>Jane (j@x.org)</Name><EmailAddress>/o=Org/cn=jane</EmailAddress><RoutingType>EX</RoutingType>\
            </Mailbox></Member><Member/></Members></DistributionList>";
        let item = crate::xml::read(text.as_bytes(), crate::xml::Limits::SMALL).expect("well formed");
        let mut losses = Vec::new();
        let found = super::group(&item, &mut losses);
        let addresses: Vec<_> =
            found.members.iter().map(|member| (member.name.as_str(), &member.address)).collect();
        assert_eq!(
            addresses,
            [
                ("List", &MemberAddress::Unknown),
                ("Jane (j@x.org)", &MemberAddress::Mail("j@x.org".into())),
                ("(a member without a name)", &MemberAddress::Unknown)
            ]
        );
        assert_eq!(losses.len(), 2);
        assert_eq!(draft(&found).losses.len(), 2, "they have no address to be written with either");
    }
}
