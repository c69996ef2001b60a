//! A server that keeps all: it makes items of a plan and gives them back.

use crate::{
    convert::{
        draft::Draft,
        event::{Occurrence, Plan},
        moment,
        node::read_back,
        recurrence::Series,
    },
    ops::{ExtendedPath, FieldPath, PropertyType},
    xml::{Element, Writer},
};

pub(super) fn element(name: &str, text: &str) -> Element {
    let mut element = Element::default();
    (element.name, element.raw_text) = (name.to_owned(), text.to_owned());
    element
}

fn parent(name: &str, children: Vec<Element>) -> Element {
    let mut element = element(name, "");
    element.children = children;
    element
}

fn id(id: &str) -> Element {
    let mut element = element("ItemId", "");
    element.attributes.push(("Id".to_owned(), id.to_owned()));
    element
}

pub(super) fn item(draft: &Draft) -> Element {
    let mut writer = Writer::new();
    draft.finish().write(&mut writer);
    read_back(writer)
}

/// Which children a path names.
fn is_named(child: &Element, path: &FieldPath) -> bool {
    match path {
        FieldPath::Field(uri) => uri.rsplit(':').next() == Some(child.name.as_str()),
        FieldPath::Extended(property) => {
            let mut writer = Writer::new();
            property.write(&mut writer);
            child.name == "ExtendedProperty" && child.child("ExtendedFieldURI") == Some(&read_back(writer))
        }
    }
}

/// What a server alone says: of whom a meeting is, what an item is in its series.
fn told(item: &mut Element, kind: &str) {
    item.children.push(element("CalendarItemType", kind));
    let text = |tag: u16| ExtendedPath::tag(tag, PropertyType::String).text(item);
    if let (Some(name), Some(address)) = (text(0x0042), text(0x0065)) {
        let mailbox = parent("Mailbox", vec![element("Name", &name), element("EmailAddress", &address)]);
        item.children.push(parent("Organizer", vec![mailbox]));
        item.children.push(element("IsMeeting", "true"));
    }
}

/// The items of a plan: the first one, and those of its changed occurrences.
pub(super) fn keep(plan: &Plan) -> (Element, Vec<Occurrence>) {
    let mut master = item(&plan.master);
    let series = master.child("Recurrence").map(|recurrence| Series::read(recurrence).expect("a series"));
    let Some(series) = series else {
        told(&mut master, "Single");
        return (master, Vec::new());
    };
    let time = |item: &Element, name: &str| item.text_of(name).and_then(moment::utc).expect("a time");
    let length = time(&master, "End") - time(&master, "Start");
    let days = series.days_until(series.start + chrono::Duration::days(20_000));
    let mut occurrences = Vec::new();
    let mut list = Vec::new();
    for changed in &plan.changed {
        // Where the index points to is where the change was meant.
        let day = days.get(changed.index as usize - 1).expect("an occurrence");
        assert!((*day - changed.original.date()).num_days().abs() <= 1, "{changed:?}");
        let mut own = master.clone();
        let of_master = ["Recurrence", "CalendarItemType"];
        own.children.retain(|child| !of_master.contains(&child.name.as_str()));
        own.children.retain(|child| !changed.removed.iter().any(|path| is_named(child, path)));
        let hours = [("Start", changed.original), ("End", changed.original + length)];
        for (name, time) in hours {
            own.children.retain(|child| child.name != name);
            own.children.push(element(name, &moment::written(time)));
        }
        let set = item(&changed.set);
        for field in changed.set.fields() {
            own.children.retain(|child| !is_named(child, &field.path));
        }
        own.children.extend(set.children);
        own.children.push(id(&changed.index.to_string()));
        own.children.push(element("OriginalStart", &moment::written(changed.original)));
        own.children.retain(|child| !["Organizer", "IsMeeting"].contains(&child.name.as_str()));
        told(&mut own, "Exception");
        let of = |name: &str| element(name, own.text_of(name).expect("a time"));
        list.push(parent(
            "Occurrence",
            vec![id(&changed.index.to_string()), of("Start"), of("End"), of("OriginalStart")],
        ));
        occurrences.push(Occurrence { item: own, attachments: changed.attachments.clone() });
    }
    let gone = plan.deleted.iter().map(|deleted| {
        let day = days.get(deleted.index as usize - 1).expect("an occurrence");
        assert!((*day - deleted.original.date()).num_days().abs() <= 1, "{deleted:?}");
        parent("DeletedOccurrence", vec![element("Start", &moment::written(deleted.original))])
    });
    let gone = gone.collect();
    told(&mut master, "RecurringMaster");
    master.children.push(parent("ModifiedOccurrences", list));
    master.children.push(parent("DeletedOccurrences", gone));
    (master, occurrences)
}
