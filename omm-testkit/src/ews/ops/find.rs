//! FindItem.

use super::restriction::{self, Sought};
use crate::ews::{
    calendar::{self, Instance},
    call::{Call, Outcome},
    fault::SoapFault,
    quirk::Quirk,
    schema::{Kind, Path, Shape},
    soap::Refusal,
    store::{Item, Mailbox},
    view::{Purpose, View, item_element},
    xml::Element,
};
use chrono_tz::Tz;

pub(super) fn find(call: &mut Call<'_>) -> Result<Element, SoapFault> {
    let shape = Shape::read(call.request.child("ItemShape"));
    let names_mime = shape.mime || shape.names("MimeContent");
    let parents = call.listed("ParentFolderIds");
    Ok(call.each(&parents, &[], |call, id| {
        if names_mime {
            return Err(Refusal::new("ErrorInvalidPropertyRequest"));
        }
        let (number, folder) = call.folder(id)?;
        let mailbox = call.open(number)?;
        call.check_holder(mailbox, folder)?;
        if let Some(view) = call.request.child("CalendarView") {
            return in_calendar(call, mailbox, folder, view, &shape);
        }
        let test = call.request.child("Restriction").and_then(|it| it.children.first());
        let mut items: Vec<&Item> = mailbox.items_of(folder).collect();
        let is_hidden = call.attribute("Traversal") == Some("Associated");
        items.retain(|item| item.is("IsAssociated") == is_hidden);
        let view = |item| View { mailbox, item, instance: None, version: call.version };
        if let Some(test) = test {
            let mut kept = Vec::new();
            for item in items {
                if restriction::fits(view(item), test)? {
                    kept.push(item);
                }
            }
            items = kept;
        }
        sort(call, &mut items, view);
        let page_view = call.request.child("IndexedPageItemView");
        call.check_page(page_view.and_then(|view| view.attribute("MaxEntriesReturned")))?;
        let mut window = Window::of(call, page_view, items.len());
        if call.world.is_so(Quirk::IgnoresOffset) && !items.is_empty() {
            window = Window { from: 0, to: (window.to - window.from).max(1), all: items.len() + 1 };
        }
        let round = call.world.is_so(Quirk::ListsRound) && !items.is_empty();
        if round {
            // Those that were given already come again behind the last one.
            let offset = page_view.and_then(|view| view.attribute("Offset")?.parse().ok()).unwrap_or(0_usize);
            let all = items.len();
            let again: Vec<&Item> = (0..all).map(|at| items[(offset + at) % all]).collect();
            (items, window) = (again, Window { from: 0, to: all, all });
        }
        if call.world.is_so(Quirk::ListsTheLast) && !items.is_empty() && window.from > 0 {
            window = Window { from: items.len() - 1, to: items.len(), all: items.len() };
        }
        let mut found = Vec::new();
        for item in &items[window.from..window.to] {
            found.push(item_element(call.world, view(item), &shape, Purpose::Find)?);
        }
        if round || call.world.is_so(Quirk::ListsTheLast) {
            let root = Element::message("RootFolder").with("IncludesLastItemInRange", "false");
            let root = if round { root.with("TotalItemsInView", window.all.to_string()) } else { root };
            return Ok(vec![root.holding(Element::new("Items").holding_all(found))]);
        }
        Ok(vec![window.root("Items", found)])
    }))
}

fn sort<'a>(call: &Call<'_>, items: &mut [&'a Item], view: impl Fn(&'a Item) -> View<'a>) {
    // The newest first, unless said otherwise.
    items.sort_by_key(|item| std::cmp::Reverse(item.arrived));
    let orders = call.request.child("SortOrder").map(|it| it.children.clone()).unwrap_or_default();
    for order in orders.iter().rev() {
        let Some(path) = Path::in_element(order) else { continue };
        items.sort_by_cached_key(|item| Sought::of(view(item), &path));
        if order.attribute("Order") == Some("Descending") {
            items.reverse();
        }
    }
}

/// Which part of what was found is given.
struct Window {
    from: usize,
    to: usize,
    all: usize,
}

impl Window {
    fn of(call: &Call<'_>, view: Option<&Element>, all: usize) -> Self {
        let number = |name: &str| {
            view.and_then(|view| view.attribute(name)).and_then(|text| text.parse::<usize>().ok())
        };
        let limit = call.world.settings.policy.find_count.unwrap_or(1000);
        let most = number("MaxEntriesReturned").unwrap_or(usize::MAX).min(limit);
        let offset = number("Offset").unwrap_or(0).min(all);
        if view.and_then(|view| view.attribute("BasePoint")) == Some("End") {
            let to = all - offset;
            return Self { from: to.saturating_sub(most), to, all };
        }
        Self { from: offset, to: offset.saturating_add(most).min(all), all }
    }

    fn root(&self, name: &str, found: Vec<Element>) -> Element {
        Element::message("RootFolder")
            .with("IndexedPagingOffset", self.to.to_string())
            .with("TotalItemsInView", self.all.to_string())
            .with("IncludesLastItemInRange", (self.to == self.all).to_string())
            .holding(Element::new(name).holding_all(found))
    }
}

/// The part of these that a view asks for.
pub(super) fn page(call: &Call<'_>, view: Option<&Element>, mut found: Vec<Element>, name: &str) -> Element {
    let window = Window::of(call, view, found.len());
    let part = found.drain(window.from..window.to).collect();
    window.root(name, part)
}

fn in_calendar(
    call: &Call<'_>,
    mailbox: &Mailbox,
    folder: u64,
    window: &Element,
    shape: &Shape,
) -> Outcome<Vec<Element>> {
    let time = |name: &str| {
        window.attribute(name).and_then(|text| calendar::moment(text, call.zone.unwrap_or(Tz::UTC)))
    };
    let (Some(from), Some(to)) = (time("StartDate"), time("EndDate")) else {
        return Err(Refusal::new("ErrorInvalidRequest"));
    };
    if to - from > chrono::TimeDelta::days(732) {
        return Err(Refusal::new("ErrorCalendarViewRangeTooBig"));
    }
    let mut found: Vec<(i64, &Item, Option<Instance>)> = Vec::new();
    for item in mailbox.items_of(folder).filter(|item| item.kind == Kind::CalendarItem) {
        if item.is_series() {
            let near =
                calendar::instances(item).take_while(|it| it.original < to + chrono::TimeDelta::days(400));
            let inside = near.filter(|it| !it.is_deleted && it.start < to && it.end > from);
            found.extend(inside.map(|it| (it.start.timestamp(), item, Some(it))));
            continue;
        }
        let at = |name: &str| item.text(name).and_then(|text| calendar::moment(text, Tz::UTC));
        if let (Some(start), Some(end)) = (at("Start"), at("End"))
            && start < to
            && (end > from || start == end && start >= from)
        {
            found.push((start.timestamp(), item, None));
        }
    }
    found.sort_by_key(|(start, item, _)| (*start, item.key));
    let all = found.len();
    let most =
        window.attribute("MaxEntriesReturned").and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
    found.truncate(most);
    let mut elements = Vec::new();
    for (_, item, instance) in &found {
        let view = View { mailbox, item, instance: instance.as_ref(), version: call.version };
        elements.push(item_element(call.world, view, shape, Purpose::Find)?);
    }
    let root = Element::message("RootFolder")
        .with("TotalItemsInView", all.to_string())
        .with("IncludesLastItemInRange", (elements.len() == all).to_string())
        .holding(Element::new("Items").holding_all(elements));
    Ok(vec![root])
}
