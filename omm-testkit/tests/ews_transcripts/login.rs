//! Who is let in, and into what.

use crate::talk::{Bench, server};

const GET: &str = "<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>\
                   <t:DistinguishedFolderId Id=\"inbox\"/></m:FolderIds></m:GetFolder>";

#[test]
fn every_way_to_log_in() {
    let bench = Bench::new(server().token("ann@example.com", "t0k3n"));
    let body = bench.envelope(GET, "");
    for (header, status, said) in [
        ("", 401, "Negotiate"),
        // ann@example.com:secret, EXAMPLE\ann:secret, ann@example.com:wrong
        ("Authorization: Basic YW5uQGV4YW1wbGUuY29tOnNlY3JldA==\r\n", 200, ""),
        ("Authorization: Basic RVhBTVBMRVxhbm46c2VjcmV0\r\n", 200, ""),
        ("Authorization: Basic YW5uQGV4YW1wbGUuY29tOndyb25n\r\n", 401, "Basic realm"),
        ("Authorization: Bearer t0k3n\r\n", 200, ""),
        ("Authorization: Bearer other\r\n", 401, "Bearer client_id"),
        ("Authorization: NTLM TlRMTVNTUAABAAAA\r\n", 401, "NTLM TlRMTVNTUAACAAAA"),
        ("Authorization: NTLM TlRMTVNTUAADAAAA\r\n", 401, "NTLM\r"),
    ] {
        let reply = bench.post("/EWS/Exchange.asmx", header, &body).expect("an answer");
        assert_eq!(reply.status, status, "{header}");
        assert!(reply.head.contains(said), "{header}: {}", reply.head);
    }
    assert_eq!(bench.server.counters().operation("401"), 5);
    assert!(!format!("{:?}", bench.server.requests()).contains("c2VjcmV0"));
    bench.server.expire_token("t0k3n");
    let late = bench.post("/EWS/Exchange.asmx", "Authorization: Bearer t0k3n\r\n", &body).expect("an answer");
    assert_eq!(late.status, 401);
}

#[test]
fn whose_mailbox_may_be_opened() {
    let bench = Bench::new(
        server().user("bob@example.com", "x").administrator("ann-admin", "secret").login("svc", "secret"),
    );
    let impersonate = |address: &str| {
        format!(
            "<t:ExchangeImpersonation><t:ConnectingSID><t:SmtpAddress>{address}</t:SmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>"
        )
    };
    let named = GET.replace("/></m:FolderIds>", "><t:Mailbox><t:EmailAddress>bob@example.com</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:FolderIds>");
    // ann@example.com, ann-admin, svc
    let (ann, admin, svc) =
        ("YW5uQGV4YW1wbGUuY29tOnNlY3JldA==", "YW5uLWFkbWluOnNlY3JldA==", "c3ZjOnNlY3JldA==");
    let code = |who: &str, operation: &str, header: &str| {
        let login = format!("Authorization: Basic {who}\r\n");
        let reply =
            bench.post("/EWS/Exchange.asmx", &login, &bench.envelope(operation, header)).expect("an answer");
        (reply.status, crate::talk::parse(&reply.body).text("ResponseCode").to_owned())
    };
    let ok = |code: &str| (200, code.to_owned());
    assert_eq!(code(ann, GET, ""), ok("NoError"));
    assert_eq!(code(ann, &named, ""), ok("ErrorFolderNotFound"));
    assert_eq!(code(admin, GET, ""), ok("ErrorMissingEmailAddress"));
    assert_eq!(code(admin, GET, &impersonate("bob@example.com")), ok("NoError"));
    assert_eq!(
        code(admin, GET, &impersonate("nobody@example.com")),
        (500, "ErrorNonExistentMailbox".to_owned())
    );
    assert_eq!(
        code(svc, GET, &impersonate("bob@example.com")),
        (500, "ErrorImpersonateUserDenied".to_owned())
    );
    bench.server.mailbox("bob@example.com").delegate("ann@example.com");
    assert_eq!(code(ann, &named, ""), ok("NoError"));
    let seen = bench.server.requests();
    assert_eq!(
        seen.iter().filter(|request| request.impersonated.as_deref() == Some("bob@example.com")).count(),
        2
    );
}

#[test]
fn autodiscover_in_both_tongues() {
    let bench = Bench::new(
        server()
            .redirect("old@example.com", "ann@example.com")
            .redirect("far@example.com", "https://far.example/"),
    );
    let login = "Authorization: Basic YW5uQGV4YW1wbGUuY29tOnNlY3JldA==\r\n";
    let pox = |address: &str| {
        let body = format!(
            "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\"><Request><EMailAddress>{address}</EMailAddress></Request></Autodiscover>"
        );
        crate::talk::parse(
            &bench.post("/autodiscover/autodiscover.xml", login, &body).expect("an answer").body,
        )
    };
    assert_eq!(pox("ann@example.com").text("EwsUrl"), "http://localhost/EWS/Exchange.asmx");
    assert_eq!(pox("old@example.com").text("RedirectAddr"), "ann@example.com");
    assert_eq!(pox("far@example.com").text("RedirectUrl"), "https://far.example/");
    assert_eq!(pox("nobody@example.com").text("ErrorCode"), "500");
    let body = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:a=\"http://schemas.microsoft.com/exchange/2010/Autodiscover\"><s:Body><a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>ann@example.com</a:Mailbox></a:User></a:Users><a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting><a:Setting>Nonsense</a:Setting></a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></s:Body></s:Envelope>";
    let root = crate::talk::parse(
        &bench.post("/autodiscover/autodiscover.svc", login, body).expect("an answer").body,
    );
    assert_eq!(root.text("Value"), "http://localhost/EWS/Exchange.asmx");
    assert_eq!(root.text("SettingName"), "Nonsense");
}
