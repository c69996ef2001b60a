//! ResolveNames ([MS-OXWSRSLNM]): who is meant by a name or an address.

use super::{Mailbox, Operation};
use crate::{
    soap::{Refusal, Unreadable, Version, message},
    xml::{Element, Writer},
};

/// Asks whom the directory has, with all that it has of them.
#[derive(Clone, Debug)]
pub(crate) struct ResolveNames {
    /// A name, the beginning of one, or an address with `smtp:` before it.
    pub(crate) entry: String,
}

/// Those who may be meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// They; none if nobody is.
    pub(crate) found: Vec<Resolution>,
    /// Whether these are all. A server shows a hundred at most.
    pub(crate) is_complete: bool,
}

/// Somebody who may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resolution {
    /// Who.
    pub(crate) mailbox: Mailbox,
    /// The contact, if it was asked for and there is one.
    pub(crate) contact: Option<Element>,
}

impl ResolveNames {
    /// Asks for an address.
    pub(crate) fn in_directory(address: &str) -> Self {
        Self { entry: address.to_owned() }
    }
}

impl Operation for ResolveNames {
    const NAME: &'static str = "ResolveNames";
    const WRITES: bool = false;
    type Answer = Result<Resolved, Refusal>;

    fn write(&self, writer: &mut Writer, _version: Version) {
        let attributes = [("ReturnFullContactData", "true"), ("SearchScope", "ActiveDirectory")];
        writer.element_with("m:ResolveNames", &attributes, |writer| {
            writer.text("m:UnresolvedEntry", &self.entry);
        });
    }

    fn read(&self, answer: &Element) -> Result<Self::Answer, Unreadable> {
        let answer = message(answer, |message| {
            // Where there is no set, nobody is meant.
            let nobody = Element::default();
            let set = message.child("ResolutionSet").unwrap_or(&nobody);
            let found = set.all("Resolution").map(Resolution::read).collect();
            Ok(Resolved { found, is_complete: set.attribute("IncludesLastItemInRange") != Some("false") })
        })?;
        Ok(match answer {
            // That nobody is meant is an answer.
            Err(refusal) if refusal.code.is(&["ErrorNameResolutionNoResults"]) => {
                Ok(Resolved { found: Vec::new(), is_complete: true })
            }
            answer => answer,
        })
    }
}

impl Resolution {
    /// The mail address: of the mailbox, else the first of the contact.
    pub(crate) fn smtp(&self) -> Option<String> {
        self.addresses().into_iter().next()
    }

    /// All mail addresses: of the mailbox, then of the contact.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let is_mail = |address: &&str| address.contains('@') && !address.starts_with('/');
        let own = self.mailbox.address.as_deref().filter(is_mail);
        let entries = self.contact.iter().filter_map(|contact| contact.child("EmailAddresses"));
        let others = entries.flat_map(|all| all.all("Entry")).filter_map(|entry| {
            let (scheme, address) = entry.text().split_once(':')?;
            Some(address).filter(|_| scheme.eq_ignore_ascii_case("smtp")).filter(is_mail)
        });
        own.into_iter().chain(others).map(str::to_owned).collect()
    }

    fn read(element: &Element) -> Self {
        let mailbox = element.child("Mailbox").map(Mailbox::read).unwrap_or_default();
        Self { mailbox, contact: element.child("Contact").cloned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::trial::{answered, bad, good, request};

    #[test]
    fn the_request() {
        assert_eq!(
            request(&ResolveNames::in_directory("smtp:a&b@c.example")),
            "<m:ResolveNames ReturnFullContactData=\"true\" SearchScope=\"ActiveDirectory\"><m:UnresolvedEntry>\
             smtp:a&amp;b@c.example</m:UnresolvedEntry></m:ResolveNames>"
        );
    }

    #[test]
    fn the_answer() {
        let operation = ResolveNames::in_directory("a");
        let set = "<m:ResolutionSet TotalItemsInView='2' IncludesLastItemInRange='true'><t:Resolution><t:Mailbox>\
                   <t:EmailAddress>a@b.example</t:EmailAddress></t:Mailbox><t:Contact><t:DisplayName>A</t:DisplayName>\
                   </t:Contact></t:Resolution><t:Resolution/></m:ResolutionSet>";
        let several = format!(
            "<M ResponseClass='Warning'><ResponseCode>ErrorNameResolutionMultipleResults</ResponseCode>{set}</M>"
        );
        for messages in [good(set), several] {
            let resolved = answered(&operation, &messages).expect("an answer").expect("people");
            let [first, second] = &resolved.found[..] else { panic!("{resolved:?}") };
            assert_eq!(first.smtp().as_deref(), Some("a@b.example"));
            assert_eq!(
                (first.contact.is_some(), second),
                (true, &Resolution { mailbox: Mailbox::default(), contact: None })
            );
        }
        for (inside, expected) in [
            ("<t:Mailbox><t:EmailAddress>a@b.example</t:EmailAddress></t:Mailbox>", Some("a@b.example")),
            (
                "<t:Mailbox><t:EmailAddress>/o=X/cn=a</t:EmailAddress><t:RoutingType>EX</t:RoutingType></t:Mailbox><t:Contact>\
                 <t:EmailAddresses><t:Entry Key='EmailAddress1'>X400:c=US</t:Entry><t:Entry Key='EmailAddress2'>SMTP:c@d.example\
                 </t:Entry></t:EmailAddresses></t:Contact>",
                Some("c@d.example"),
            ),
            ("", None),
        ] {
            let set = format!("<m:ResolutionSet><t:Resolution>{inside}</t:Resolution></m:ResolutionSet>");
            let resolved = answered(&operation, &good(&set)).expect("an answer").expect("people");
            assert_eq!(resolved.found[0].smtp().as_deref(), expected, "{inside}");
        }
        for messages in [bad("ErrorNameResolutionNoResults"), good("")] {
            let nobody = answered(&operation, &messages).expect("an answer");
            assert_eq!(nobody.map(|resolved| resolved.found.len()), Ok(0));
        }
        let denied = answered(&operation, &bad("ErrorAccessDenied")).expect("an answer");
        assert!(denied.is_err());
    }
}
