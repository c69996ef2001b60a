//! ResolveNames, GetUserConfiguration.

use crate::ews::{
    call::Call,
    soap::{Refusal, failure},
    store::Mailbox,
    xml::Element,
};

pub(super) fn resolve(call: &mut Call<'_>) -> Element {
    let wanted = call.request.text_of("UnresolvedEntry").unwrap_or_default().to_lowercase();
    let is_full = call.attribute("ReturnFullContactData") == Some("true");
    let mut found = 0;
    let mut answer = call.each(&[Element::default()], &[], |call, _| {
        let is_it = |mailbox: &&Mailbox| {
            let prefixed = wanted.strip_prefix("smtp:");
            let text = prefixed.unwrap_or(&wanted);
            let begins = |own: &str| own.to_lowercase().starts_with(text);
            mailbox.number != 0
                && (begins(&mailbox.address)
                    || begins(&mailbox.name)
                    || mailbox.x500().eq_ignore_ascii_case(&wanted)
                    // By the reference of UnresolvedEntry: only with the kind before it, all addresses are looked at.
                    || prefixed.is_some() && mailbox.aliases.iter().any(|it| begins(it)))
        };
        let all: Vec<&Mailbox> = call.world.mailboxes.values().filter(is_it).collect();
        if all.is_empty() || wanted.is_empty() {
            return Err(Refusal::new("ErrorNameResolutionNoResults"));
        }
        found = all.len();
        let set = Element::message("ResolutionSet")
            .with("TotalItemsInView", all.len().to_string())
            .with("IncludesLastItemInRange", "true")
            .holding_all(all.into_iter().take(100).map(|mailbox| resolution(mailbox, is_full)));
        Ok(vec![set])
    });
    if found > 1 {
        warn(&mut answer);
    }
    answer
}

/// Several are no error, but a warning with all of them.
fn warn(answer: &mut Element) {
    let refusal = Refusal::new("ErrorNameResolutionMultipleResults");
    let warning = failure("ResolveNames", &refusal, &[]);
    let messages = answer.child_mut("ResponseMessages");
    if let Some(message) = messages.and_then(|messages| messages.children.first_mut()) {
        let set = message.child("ResolutionSet").cloned();
        *message =
            Element { attributes: vec![("ResponseClass".to_owned(), "Warning".to_owned())], ..warning };
        message.children.extend(set);
    }
}

fn resolution(mailbox: &Mailbox, is_full: bool) -> Element {
    let own = Element::new("Mailbox")
        .holding(Element::text("Name", mailbox.name.clone()))
        .holding(Element::text("EmailAddress", mailbox.address.clone()))
        .holding(Element::text("RoutingType", "SMTP"))
        .holding(Element::text("MailboxType", "Mailbox"));
    let addresses =
        std::iter::once(&mailbox.address).chain(&mailbox.aliases).enumerate().map(|(number, address)| {
            Element::text("Entry", format!("SMTP:{address}"))
                .with("Key", format!("EmailAddress{}", number + 1))
        });
    let contact = Element::new("Contact")
        .holding(Element::text("Culture", "en-US"))
        .holding(Element::text("DisplayName", mailbox.name.clone()))
        .holding(Element::new("EmailAddresses").holding_all(addresses.take(3)))
        .holding(Element::text("ContactSource", "ActiveDirectory"));
    let resolution = Element::new("Resolution").holding(own);
    if is_full { resolution.holding(contact) } else { resolution }
}

pub(super) fn configuration(call: &mut Call<'_>) -> Element {
    let name = call.request.child("UserConfigurationName").cloned().unwrap_or_default();
    call.each(&[name], &[], |call, name| {
        let folder = name.children.first().ok_or_else(Refusal::not_found)?;
        let (number, key) = call.folder(folder)?;
        let own = name.attribute("Name").unwrap_or_default().to_owned();
        let mailbox = call.open(number)?;
        let stored = mailbox.configurations.get(&(key, own.clone()));
        let stored = stored.ok_or_else(|| Refusal::new("ErrorItemNotFound"))?;
        let wanted = call.request.text_of("UserConfigurationProperties").unwrap_or("All");
        let is_wanted = |element: &&Element| wanted.contains("All") || wanted.contains(&element.name);
        let named = Element::new("UserConfigurationName").with("Name", own).holding(folder.clone());
        let element = Element::message("UserConfiguration")
            .holding(named)
            .holding_all(stored.iter().filter(is_wanted).cloned());
        Ok(vec![element])
    })
}
