//! What is answered: plain XML ([MS-OXDSCLI] §2.2.4) or SOAP ([MS-OXWSADISC] GetUserSettings).

use crate::{
    config::Address,
    xml::{Element, Limits, read as read_xml},
};
use url::Url;

/// Longer addresses and URLs are not believed.
const LONGEST: usize = 1_024;

/// What a server says of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Where the services are.
    Services(Services),
    /// The mailbox has another address, whose domain is to be asked.
    OtherAddress(String),
    /// Another server is to be asked.
    OtherServer(Url),
    /// No, in its words.
    No(String),
}

/// The services of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Services {
    /// Where they are: from outside, else from inside.
    pub(crate) address: Address,
    /// The mailbox that holds the hierarchy of public folders, as this mailbox shall see it.
    pub(crate) hierarchy: Option<String>,
}

/// Reads an answer in either form.
///
/// # Errors
/// If it is neither.
pub(crate) fn read(bytes: &[u8]) -> Result<Told, &'static str> {
    let root = read_xml(bytes, Limits::SMALL)?;
    match root.name.as_str() {
        "Autodiscover" => pox(&root),
        "Envelope" => soap(&root),
        _ => Err("it is no answer to autodiscover"),
    }
}

fn pox(root: &Element) -> Result<Told, &'static str> {
    let response = root.child("Response").ok_or("the answer has no Response")?;
    if let Some(error) = response.child("Error") {
        return Ok(no(error.text_of("ErrorCode"), error.text_of("Message")));
    }
    let account = response.child("Account").ok_or("the answer has no Account")?;
    if let Some(address) = account.text_of("RedirectAddr").filter(|address| is_address(address)) {
        return Ok(Told::OtherAddress(address.to_owned()));
    }
    // Its name in [MS-OXDSCLI]; servers write it both ways.
    let url = account.text_of("RedirectUrl").or_else(|| account.text_of("RedirectURL"));
    if let Some(url) = url.and_then(url_of) {
        return Ok(Told::OtherServer(url));
    }
    let hierarchy = account.at(&["PublicFolderInformation", "SmtpAddress"]).map(Element::text);
    services(&urls(account), hierarchy).ok_or("the answer names no Exchange Web Services")
}

/// The URLs of the services, from outside first.
fn urls(account: &Element) -> Vec<&str> {
    let of_type = |wanted: &'static str| {
        account.all("Protocol").filter(move |protocol| {
            let said = protocol.text_of("Type").or_else(|| protocol.attribute("Type"));
            said.is_some_and(|said| said.eq_ignore_ascii_case(wanted))
        })
    };
    let mut found = Vec::new();
    for protocol in of_type("EXPR") {
        found.extend(url(protocol));
    }
    // EXHTTP has both, one within the other.
    for place in ["External", "Internal"] {
        for protocol in of_type("EXHTTP").flat_map(|protocol| protocol.all(place)) {
            let inner = protocol.child("Protocol").unwrap_or(protocol);
            found.extend(url(inner));
        }
    }
    for protocol in of_type("EXHTTP").chain(of_type("EXCH")) {
        found.extend(url(protocol));
    }
    found
}

fn url(protocol: &Element) -> Option<&str> {
    protocol.text_of("EwsUrl").or_else(|| protocol.text_of("ASUrl"))
}

fn soap(root: &Element) -> Result<Told, &'static str> {
    if let Some(refusal) = crate::soap::fault(root) {
        return Ok(no(Some(refusal.code.as_str()), Some(&refusal.text)));
    }
    let response = root.at(&["Body", "GetUserSettingsResponseMessage", "Response"]);
    let response = response.ok_or("the answer has no Response")?;
    if response.text_of("ErrorCode").is_some_and(|code| code != "NoError") {
        return Ok(no(response.text_of("ErrorCode"), response.text_of("ErrorMessage")));
    }
    let user = response.at(&["UserResponses", "UserResponse"]).ok_or("the answer has no UserResponse")?;
    let target = user.text_of("RedirectTarget");
    match (user.text_of("ErrorCode"), target) {
        (Some("RedirectAddress"), Some(address)) if is_address(address) => {
            Ok(Told::OtherAddress(address.to_owned()))
        }
        (Some("RedirectUrl"), Some(url)) => {
            url_of(url).map(Told::OtherServer).ok_or("the answer sends us to what is no URL")
        }
        (None | Some("NoError"), _) => {
            let settings = user.child("UserSettings").ok_or("the answer has no UserSettings")?;
            let named = |wanted: &'static str| {
                settings.all("UserSetting").filter(move |setting| setting.text_of("Name") == Some(wanted))
            };
            let found = named("ExternalEwsUrl").chain(named("InternalEwsUrl"));
            let found: Vec<&str> = found.filter_map(|setting| setting.text_of("Value")).collect();
            let hierarchy = named("PublicFolderInformation").find_map(|setting| setting.text_of("Value"));
            services(&found, hierarchy).ok_or("the answer names no Exchange Web Services")
        }
        (code, _) => Ok(no(code, user.text_of("ErrorMessage"))),
    }
}

/// The first of these that can be used: a password goes there, so only over TLS.
fn services(urls: &[&str], hierarchy: Option<&str>) -> Option<Told> {
    let urls = urls.iter().filter_map(|url| url_of(url));
    let address = urls.filter_map(|url| Address::of(&url)).find(|address| address.is_tls)?;
    let hierarchy = hierarchy.filter(|address| is_address(address)).map(str::to_owned);
    Some(Told::Services(Services { address, hierarchy }))
}

fn url_of(text: &str) -> Option<Url> {
    (text.len() <= LONGEST).then(|| Url::parse(text).ok()).flatten()
}

fn is_address(text: &str) -> bool {
    let is_clean =
        text.len() <= LONGEST && !text.contains(|letter: char| letter.is_control() || letter.is_whitespace());
    is_clean && text.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

fn no(code: Option<&str>, message: Option<&str>) -> Told {
    let words: Vec<String> = [message, code].into_iter().flatten().map(crate::error::one_line).collect();
    Told::No(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pox_with(account: &str) -> String {
        format!("<Autodiscover><Response><Account>{account}</Account></Response></Autodiscover>")
    }

    fn soap_with(user: &str) -> String {
        format!(
            "<s:Envelope><s:Body><GetUserSettingsResponseMessage><Response><ErrorCode>NoError</ErrorCode><UserResponses>\
             <UserResponse>{user}</UserResponse></UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>"
        )
    }

    #[test]
    fn answers_in_both_forms() {
        let setting = |name: &str, url: &str| {
            format!("<UserSetting><Name>{name}</Name><Value>{url}</Value></UserSetting>")
        };
        let (inside, outside) =
            ("https://ex.corp.example/EWS/Exchange.asmx", "https://mail.corp.example/ews/exchange.asmx");
        let protocol =
            |kind: &str, url: &str| format!("<Protocol><Type>{kind}</Type><EwsUrl>{url}</EwsUrl></Protocol>");
        for (text, expected) in [
            (pox_with(&(protocol("EXCH", inside) + &protocol("EXPR", outside))), "mail.corp.example"),
            (pox_with(&protocol("EXCH", inside)), "ex.corp.example"),
            (
                pox_with(&format!(
                    "{}<PublicFolderInformation><SmtpAddress>public@corp.example</SmtpAddress></PublicFolderInformation>",
                    protocol("EXCH", inside)
                )),
                "public public@corp.example",
            ),
            (
                soap_with(&format!(
                    "<ErrorCode>NoError</ErrorCode><UserSettings>{}{}</UserSettings>",
                    setting("InternalEwsUrl", inside),
                    setting("PublicFolderInformation", "public@corp.example")
                )),
                "public public@corp.example",
            ),
            (
                pox_with(&format!(
                    "{}<PublicFolderInformation><SmtpAddress>x y@z</SmtpAddress></PublicFolderInformation>",
                    protocol("EXCH", inside)
                )),
                "ex.corp.example",
            ),
            (
                pox_with(&format!(
                    "<Protocol Type=\"EXHTTP\"><Internal><Protocol><ASUrl>{inside}</ASUrl></Protocol></Internal><External>\
                     <Protocol><ASUrl>{outside}</ASUrl></Protocol></External></Protocol>"
                )),
                "mail.corp.example",
            ),
            (
                pox_with("<Action>redirectAddr</Action><RedirectAddr>a@b.example</RedirectAddr>"),
                "other address a@b.example",
            ),
            (
                pox_with("<Action>redirectUrl</Action><RedirectUrl>https://c.example/x</RedirectUrl>"),
                "other server https://c.example/x",
            ),
            (
                soap_with(&format!(
                    "<ErrorCode>NoError</ErrorCode><UserSettings>{}{}</UserSettings>",
                    setting("InternalEwsUrl", inside),
                    setting("ExternalEwsUrl", outside)
                )),
                "mail.corp.example",
            ),
            (
                soap_with(
                    "<ErrorCode>RedirectAddress</ErrorCode><RedirectTarget>a@b.example</RedirectTarget>",
                ),
                "other address a@b.example",
            ),
            (
                soap_with(
                    "<ErrorCode>RedirectUrl</ErrorCode><RedirectTarget>https://c.example/x</RedirectTarget>",
                ),
                "other server https://c.example/x",
            ),
            (
                soap_with("<ErrorCode>InvalidUser</ErrorCode><ErrorMessage>who is that</ErrorMessage>"),
                "no: who is that InvalidUser",
            ),
        ] {
            let found = match read(text.as_bytes()).expect(&text) {
                Told::Services(Services { address, hierarchy: None }) => address.host,
                Told::Services(Services { hierarchy: Some(hierarchy), .. }) => format!("public {hierarchy}"),
                Told::OtherAddress(address) => format!("other address {address}"),
                Told::OtherServer(url) => format!("other server {url}"),
                Told::No(why) => format!("no: {why}"),
            };
            assert_eq!(found, expected, "{text}");
        }
        for text in [
            pox_with(""),
            // A password goes there.
            pox_with(&protocol("EXPR", "http://mail.corp.example/EWS/Exchange.asmx")),
            pox_with(&protocol("EXPR", "https://anna:geheim@mail.corp.example/EWS")),
            pox_with("<RedirectAddr>nobody</RedirectAddr>"),
            soap_with("<UserSettings/>"),
            "<html/>".to_owned(),
            String::new(),
        ] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }

    /// Kills: a reader that knows the forms of the documents alone.
    #[test]
    fn recorded_answers_are_read() {
        let Some(folder) = omm_testkit::shared::shared_data("ews") else { return };
        let (mut services, mut others) = (0, 0);
        for path in omm_testkit::shared::files_below(&folder) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !name.starts_with("Autodiscover__") && !name.starts_with("GetUserSettingsResponseMessage__") {
                continue;
            }
            match read(&std::fs::read(&path).expect("a readable file")) {
                Ok(Told::Services(Services { address, .. })) => {
                    assert!(address.is_tls && address.path.ends_with(".asmx"), "{name}: {address:?}");
                    services += 1;
                }
                Ok(_) => others += 1,
                // Questions, and answers without this setting, are among them.
                Err(_) => {}
            }
        }
        assert!(services >= 5 && others >= 4, "{services} {others}");
    }
}
