//! Autodiscover: the plain XML one and the SOAP one.

use super::{
    world::World,
    xml::{self, Element},
};

/// `/autodiscover/autodiscover.xml`.
pub(super) fn pox(world: &World, base: &str, body: &[u8]) -> (u16, String) {
    const SPACE: &str = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
    const OUTLOOK: &str = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
    let root = xml::read(body).unwrap_or_default();
    let address =
        root.at(&["Request", "EMailAddress"]).map(|it| it.text.trim().to_owned()).unwrap_or_default();
    let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";
    if let Some(target) = world.settings.redirects.get(&address.to_ascii_lowercase()) {
        let (action, name) = if target.contains("://") {
            ("redirectUrl", "RedirectUrl")
        } else {
            ("redirectAddr", "RedirectAddr")
        };
        let target = escaped(target);
        return (
            200,
            format!(
                "{head}<Autodiscover xmlns=\"{SPACE}\"><Response xmlns=\"{OUTLOOK}\"><Account><AccountType>email</AccountType>\
             <Action>{action}</Action><{name}>{target}</{name}></Account></Response></Autodiscover>"
            ),
        );
    }
    let Some(mailbox) = world.mailbox_at(&address) else {
        return (
            200,
            format!(
                "{head}<Autodiscover xmlns=\"{SPACE}\"><Response><Error Time=\"00:00:00.0000000\" Id=\"1\"><ErrorCode>500</ErrorCode>\
             <Message>The email address can't be found.</Message><DebugData /></Error></Response></Autodiscover>"
            ),
        );
    };
    let (name, address, base) = (escaped(&mailbox.name), escaped(&mailbox.address), escaped(base));
    let protocol = |kind: &str| {
        format!(
            "<Protocol><Type>{kind}</Type><Server>mail.example.com</Server><ASUrl>{base}/EWS/Exchange.asmx</ASUrl>\
         <EwsUrl>{base}/EWS/Exchange.asmx</EwsUrl><OOFUrl>{base}/EWS/Exchange.asmx</OOFUrl></Protocol>"
        )
    };
    (
        200,
        format!(
            "{head}<Autodiscover xmlns=\"{SPACE}\"><Response xmlns=\"{OUTLOOK}\"><User><DisplayName>{name}</DisplayName>\
         <LegacyDN>/o=Example/ou=Exchange/cn=Recipients/cn={address}</LegacyDN><AutoDiscoverSMTPAddress>{address}\
         </AutoDiscoverSMTPAddress><DeploymentId>1</DeploymentId></User><Account><AccountType>email</AccountType>\
         <Action>settings</Action><MicrosoftOnline>False</MicrosoftOnline>{}{}</Account></Response></Autodiscover>",
            protocol("EXCH"),
            protocol("EXPR")
        ),
    )
}

/// `/autodiscover/autodiscover.svc`: GetUserSettings.
pub(super) fn soap(world: &World, base: &str, body: &[u8]) -> (u16, String) {
    const SPACE: &str = "http://schemas.microsoft.com/exchange/2010/Autodiscover";
    let root = xml::read(body).unwrap_or_default();
    let request = root.child("Body").and_then(|body| body.children.first()).cloned().unwrap_or_default();
    let users: Vec<String> = request.below("Mailbox").iter().map(|it| it.text.trim().to_owned()).collect();
    let settings: Vec<String> = request.below("Setting").iter().map(|it| it.text.trim().to_owned()).collect();
    let answers: String = users.iter().map(|user| user_response(world, base, user, &settings)).collect();
    let [major, minor, build, revision, version] = world.settings.version.numbers();
    (
        200,
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:a=\"http://www.w3.org/2005/08/addressing\"><s:Header><a:Action s:mustUnderstand=\"1\">{SPACE}/Autodiscover/\
         GetUserSettingsResponse</a:Action><h:ServerVersionInfo xmlns:h=\"{SPACE}\" \
         xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><h:MajorVersion>{major}</h:MajorVersion><h:MinorVersion>{minor}\
         </h:MinorVersion><h:MajorBuildNumber>{build}</h:MajorBuildNumber><h:MinorBuildNumber>{revision}</h:MinorBuildNumber>\
         <h:Version>{version}</h:Version></h:ServerVersionInfo></s:Header><s:Body><GetUserSettingsResponseMessage \
         xmlns=\"{SPACE}\"><Response xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><ErrorCode>NoError</ErrorCode>\
         <ErrorMessage/><UserResponses>{answers}</UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>"
        ),
    )
}

fn user_response(world: &World, base: &str, user: &str, settings: &[String]) -> String {
    if let Some(target) = world.settings.redirects.get(&user.to_ascii_lowercase()) {
        let code = if target.contains("://") { "RedirectUrl" } else { "RedirectAddress" };
        return format!(
            "<UserResponse><ErrorCode>{code}</ErrorCode><ErrorMessage>Redirection.</ErrorMessage><RedirectTarget>{}\
             </RedirectTarget><UserSettingErrors/><UserSettings/></UserResponse>",
            escaped(target)
        );
    }
    let Some(mailbox) = world.mailbox_at(user) else {
        return format!(
            "<UserResponse><ErrorCode>InvalidUser</ErrorCode><ErrorMessage>Invalid user: '{}'</ErrorMessage>\
             <RedirectTarget i:nil=\"true\"/><UserSettingErrors/><UserSettings/></UserResponse>",
            escaped(user)
        );
    };
    let version = world.settings.version.numbers()[4];
    let value = |name: &str| match name {
        "UserDisplayName" => Some(mailbox.name.clone()),
        "AutoDiscoverSMTPAddress" => Some(mailbox.address.clone()),
        "UserDN" => Some(format!("/o=Example/ou=Exchange/cn=Recipients/cn={}", mailbox.address)),
        "InternalEwsUrl" | "ExternalEwsUrl" => Some(format!("{base}/EWS/Exchange.asmx")),
        "EwsSupportedSchemas" => Some(format!("Exchange2007, Exchange2007_SP1, Exchange2010, {version}")),
        "CasVersion" | "ExternalEwsVersion" => Some(world.settings.version.numbers()[..4].join(".")),
        _ => None,
    };
    let (mut given, mut errors) = (String::new(), String::new());
    for name in settings {
        match value(name) {
            Some(value) => given.push_str(&format!(
                "<UserSetting i:type=\"StringSetting\"><Name>{}</Name><Value>{}</Value></UserSetting>",
                escaped(name),
                escaped(&value)
            )),
            None => errors.push_str(&format!(
                "<UserSettingError><ErrorCode>SettingIsNotAvailable</ErrorCode><ErrorMessage>Setting is not available.\
                 </ErrorMessage><SettingName>{}</SettingName></UserSettingError>",
                escaped(name)
            )),
        }
    }
    format!(
        "<UserResponse><ErrorCode>NoError</ErrorCode><ErrorMessage>No error.</ErrorMessage><RedirectTarget i:nil=\"true\"/>\
         <UserSettingErrors>{errors}</UserSettingErrors><UserSettings>{given}</UserSettings></UserResponse>"
    )
}

fn escaped(text: &str) -> String {
    let element = xml::written(&Element::of(xml::Space::Other, "x").saying(text));
    element.strip_prefix("<x>").and_then(|rest| rest.strip_suffix("</x>")).unwrap_or_default().to_owned()
}
