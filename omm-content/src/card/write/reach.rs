//! How somebody is reached: addresses, phones, mail, messages, web.

use super::{Card, uri};
use crate::{
    card::part::{Address, Email, Im, Phone, PhoneKind, Place, Web},
    line::Line,
};

impl Card {
    /// RFC 6350 §6.3.1, RFC 2426 §3.2.1 and §3.2.2.
    pub(super) fn address(&mut self, address: &Address) {
        if address.is_empty() {
            return;
        }
        let mut line = Line::new("ADR").params("TYPE", self.address_types(address));
        if self.is_4() {
            line = self.preferred(line, address.preferred);
            line = self.words(line, "CC", &address.country_code);
            line = self.words(line, "LABEL", &address.label);
        }
        let fields = [
            &address.post_box,
            &address.extended,
            &address.street,
            &address.city,
            &address.region,
            &address.code,
            &address.country,
        ];
        self.put(fields.into_iter().fold(line, |line, field| line.field(field)));
        if !self.is_4() && !address.label.is_empty() {
            let types = self.address_types(address);
            self.put(Line::new("LABEL").params("TYPE", types).text(&address.label));
        }
    }

    /// RFC 6350 §6.4.1, RFC 2426 §3.3.1.
    pub(super) fn phone(&mut self, phone: &Phone) {
        if phone.number.is_empty() {
            return;
        }
        let (types_4, types_3) = phone_types(phone.kind);
        let mut line =
            Line::new("TEL").params("TYPE", if self.is_4() { types_4 } else { types_3 }.split(','));
        if self.is_4() {
            line = self.preferred(line, phone.kind == PhoneKind::Primary);
        }
        self.put(line.text(&phone.number));
    }

    /// RFC 6350 §6.4.2, RFC 2426 §3.3.2. The first of several is preferred.
    pub(super) fn emails(&mut self, emails: &[Email]) {
        let mut first = emails.len() > 1;
        for email in emails.iter().filter(|email| !email.address.is_empty()) {
            let line = Line::new("EMAIL");
            let mut line = if self.is_4() {
                let line = line.param("TYPE", place(email.place));
                self.preferred(line, first)
            } else {
                line.params("TYPE", ["internet", place(email.place), if first { "pref" } else { "" }])
            };
            if email.display_name != email.address {
                line = self.words(line, "X-DISPLAY-NAME", &email.display_name);
            }
            self.put(line.text(&email.address));
            first = false;
        }
    }

    /// RFC 6350 §6.4.3; RFC 4770 has the same for vCard 3.0.
    pub(super) fn im(&mut self, im: &Im) {
        if im.address.is_empty() {
            return;
        }
        let line = Line::new("IMPP").param("TYPE", place(im.place));
        let line = self.words(line, "X-SERVICE-TYPE", &im.service);
        self.put(line.plain(&im_uri(im)));
    }

    /// RFC 6350 §6.7.8, RFC 2426 §3.6.8; a TYPE is RFC 6350's.
    pub(super) fn web(&mut self, web: &Web) {
        if !web.url.is_empty() {
            let line = Line::new("URL").param("TYPE", place(web.place));
            self.put(line.plain(&uri(&web.url)));
        }
    }

    fn preferred(&self, line: Line, is: bool) -> Line {
        line.param("PREF", if is { "1" } else { "" })
    }

    fn address_types(&self, address: &Address) -> Vec<&'static str> {
        let place = place(address.place);
        match self.is_4() {
            true => vec![place],
            // RFC 2426 §3.2.1: without a type it would be at work.
            false if place.is_empty() => vec!["postal", if address.preferred { "pref" } else { "" }],
            false => vec![place, if address.preferred { "pref" } else { "" }],
        }
    }
}

fn place(place: Place) -> &'static str {
    match place {
        Place::Home => "home",
        Place::Work => "work",
        Place::Other => "",
    }
}

/// The TYPE of vCard 4.0 and of 3.0; what is not registered begins with `x-`.
fn phone_types(kind: PhoneKind) -> (&'static str, &'static str) {
    match kind {
        PhoneKind::Work => ("work,voice", "work,voice"),
        PhoneKind::Home => ("home,voice", "home,voice"),
        PhoneKind::Mobile => ("cell,voice", "cell,voice"),
        PhoneKind::WorkFax => ("work,fax", "work,fax"),
        PhoneKind::HomeFax => ("home,fax", "home,fax"),
        PhoneKind::OtherFax => ("fax", "fax"),
        PhoneKind::Pager => ("pager", "pager"),
        PhoneKind::Car => ("voice,x-car", "car,voice"),
        PhoneKind::Callback => ("voice,x-callback", "voice,x-callback"),
        PhoneKind::Radio => ("voice,x-radio", "voice,x-radio"),
        PhoneKind::Telex => ("x-telex", "x-telex"),
        PhoneKind::Tty => ("textphone", "x-tty"),
        PhoneKind::Isdn => ("x-isdn", "isdn"),
        PhoneKind::Assistant => ("voice,x-assistant", "voice,x-assistant"),
        PhoneKind::CompanyMain => ("work,x-company", "work,x-company"),
        PhoneKind::Primary => ("voice", "voice,pref"),
        PhoneKind::Video => ("video", "video"),
        PhoneKind::Other => ("voice", "voice"),
    }
}

/// The address as a URI: by its service, else by RFC 3860's `im:`, which says no more than that it is one.
fn im_uri(im: &Im) -> String {
    let address = im.address.trim();
    let scheme = address.split_once(':').map(|(scheme, _)| scheme);
    if scheme.is_some_and(|scheme| scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphabetic()))
    {
        return uri(address);
    }
    format!("{}:{}", im_scheme(&im.service), uri(address))
}

/// The scheme of a service, for an address that has none.
pub(in crate::card) fn im_scheme(service: &str) -> &'static str {
    match service.to_ascii_lowercase().as_str() {
        "jabber" | "xmpp" | "gtalk" | "google talk" => "xmpp",
        "aim" => "aim",
        "icq" => "icq",
        "msn" => "msnim",
        "yahoo" => "ymsgr",
        "skype" => "skype",
        "sip" => "sip",
        "irc" => "irc",
        "qq" => "qq",
        _ => "im",
    }
}
