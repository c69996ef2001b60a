//! Providers all over the world.

use super::{By, Provider};

const DAY: &str = "2026-11-27";
const APP_PASSWORD: &str =
    "an app password is needed, made in the account's security settings (or OAuth2: option auth=xoauth2)";

pub(super) const TABLE: &[Provider] = &[
    // ISPDB googlemail.com.xml; https://support.google.com/mail/answer/7126229,
    // https://support.google.com/accounts/answer/185833
    Provider {
        name: "Gmail",
        day: DAY,
        domains: &["gmail.com", "googlemail.com"],
        exchangers: &["google.com", "googlemail.com"],
        imap: Some("imap.gmail.com"),
        // https://support.google.com/mail/answer/7104828: a POP3 session shows a part of the mailbox, about 250
        // conversations; whoever read it to its end would take the part for the whole.
        pop3: None,
        login: By::Address,
        remarks: &[
            "an app password is needed, which Google gives only with 2-step verification (or OAuth2: option auth=xoauth2)",
            "by POP3 Gmail shows only a part of the mailbox at a time, so it is not offered",
        ],
    },
    // ISPDB hotmail.com.xml; https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040
    Provider {
        name: "Outlook.com",
        day: DAY,
        domains: &[
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "windowslive.com",
            "outlook.fr",
            "outlook.de",
            "outlook.es",
            "outlook.it",
            "hotmail.fr",
            "hotmail.de",
            "hotmail.es",
            "hotmail.it",
            "hotmail.co.uk",
            "live.fr",
            "live.de",
            "live.nl",
            "live.co.uk",
        ],
        exchangers: &["olc.protection.outlook.com"],
        imap: Some("outlook.office365.com"),
        pop3: Some("outlook.office365.com"),
        login: By::Address,
        remarks: &[
            "takes OAuth2 tokens only, no password (option auth=xoauth2)",
            "IMAP and POP must be switched on in the settings first",
        ],
    },
    // ISPDB office365.com.xml; https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/
    // deprecation-of-basic-authentication-exchange-online and deprecation-of-ews-exchange-online
    Provider {
        name: "Exchange Online",
        day: DAY,
        domains: &["office365.com", "onmicrosoft.com"],
        exchangers: &["mail.protection.outlook.com", "mx.microsoft"],
        imap: Some("outlook.office365.com"),
        pop3: Some("outlook.office365.com"),
        login: By::Address,
        remarks: &[
            "takes OAuth2 tokens only, no password (option auth=xoauth2); the administrator must allow IMAP",
            "Exchange Web Services are off there by default since 2026-10-01, unless the administrator keeps an allow \
             list (EWSEnabled, EWSAllowedAppIDs), and gone on 2027-04-01: contacts and calendars are not reached",
        ],
    },
    // ISPDB yahoo.com.xml; https://help.yahoo.com/kb/SLN4075.html
    Provider {
        name: "Yahoo",
        day: DAY,
        domains: &[
            "yahoo.com",
            "yahoo.ca",
            "yahoo.de",
            "yahoo.it",
            "yahoo.fr",
            "yahoo.es",
            "yahoo.se",
            "yahoo.co.in",
            "yahoo.co.uk",
            "yahoo.co.nz",
            "yahoo.com.au",
            "yahoo.com.ar",
            "yahoo.com.br",
            "yahoo.com.mx",
            "ymail.com",
            "myyahoo.com",
            "rocketmail.com",
        ],
        exchangers: &["yahoodns.net"],
        imap: Some("imap.mail.yahoo.com"),
        pop3: Some("pop.mail.yahoo.com"),
        login: By::Address,
        remarks: &[APP_PASSWORD],
    },
    // ISPDB aol.com.xml
    Provider {
        name: "AOL",
        day: DAY,
        domains: &["aol.com", "aim.com", "aol.de", "aol.fr", "aol.it", "aol.es", "aol.co.uk", "netscape.net"],
        exchangers: &["mail.gm0.yahoodns.net"],
        imap: Some("imap.aol.com"),
        pop3: Some("pop.aol.com"),
        login: By::Address,
        remarks: &[APP_PASSWORD],
    },
    // https://support.apple.com/102525 (server settings), https://support.apple.com/102654 (app-specific passwords)
    Provider {
        name: "iCloud",
        day: DAY,
        domains: &["icloud.com", "me.com", "mac.com"],
        exchangers: &["mail.icloud.com"],
        imap: Some("imap.mail.me.com"),
        pop3: None,
        login: By::Address,
        remarks: &[
            "an app-specific password is needed, made at account.apple.com",
            "no POP3; if the login is refused, it is the part before the @ alone",
        ],
    },
    // https://www.fastmail.help/hc/en-us/articles/1500000278342
    Provider {
        name: "Fastmail",
        day: DAY,
        domains: &["fastmail.com", "fastmail.fm", "messagingengine.com"],
        exchangers: &["messagingengine.com"],
        imap: Some("imap.fastmail.com"),
        pop3: Some("pop.fastmail.com"),
        login: By::Address,
        remarks: &["an app password is needed; plans without IMAP refuse it"],
    },
    // ISPDB zoho.com.xml; https://www.zoho.com/mail/help/imap-access.html (imappro: addresses of an own domain)
    Provider {
        name: "Zoho Mail",
        day: DAY,
        domains: &["zoho.com", "zohomail.com"],
        exchangers: &[],
        imap: Some("imap.zoho.com"),
        pop3: Some("pop.zoho.com"),
        login: By::Address,
        remarks: &[
            "IMAP must be switched on first, in some plans by the administrator; an app password with two factors",
        ],
    },
    Provider {
        name: "Zoho Mail for domains",
        day: DAY,
        domains: &[],
        exchangers: &["zoho.com"],
        imap: Some("imappro.zoho.com"),
        pop3: Some("poppro.zoho.com"),
        login: By::Address,
        remarks: &[
            "IMAP must be switched on first, in some plans by the administrator; an app password with two factors",
        ],
    },
    Provider {
        name: "Zoho Mail for domains, Europe",
        day: DAY,
        domains: &["zohomail.eu"],
        exchangers: &["zoho.eu"],
        imap: Some("imappro.zoho.eu"),
        pop3: Some("poppro.zoho.eu"),
        login: By::Address,
        remarks: &[
            "IMAP must be switched on first, in some plans by the administrator; an app password with two factors",
        ],
    },
    // ISPDB yandex.ru.xml; https://yandex.com/support/mail/mail-clients/others.html
    Provider {
        name: "Yandex",
        day: DAY,
        domains: &["yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "ya.ru", "narod.ru"],
        exchangers: &["yandex.net", "yandex.ru"],
        imap: Some("imap.yandex.com"),
        pop3: Some("pop.yandex.com"),
        login: By::Address,
        remarks: &["IMAP must be switched on first; an app password is needed"],
    },
    // ISPDB mail.ru.xml; https://help.mail.ru/mail/mailer/popsmtp
    Provider {
        name: "Mail.ru",
        day: DAY,
        domains: &["mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru"],
        exchangers: &["mail.ru"],
        imap: Some("imap.mail.ru"),
        pop3: Some("pop.mail.ru"),
        login: By::Address,
        remarks: &["an app password is needed (passwords for external applications)"],
    },
    // ISPDB qq.com.xml; https://service.mail.qq.com/detail/0/339
    Provider {
        name: "QQ Mail",
        day: DAY,
        domains: &["qq.com", "foxmail.com", "vip.qq.com"],
        exchangers: &[],
        imap: Some("imap.qq.com"),
        pop3: Some("pop.qq.com"),
        login: By::Address,
        remarks: &["IMAP must be switched on first; the password is the authorisation code shown then"],
    },
    Provider {
        name: "Tencent Exmail",
        day: DAY,
        domains: &[],
        exchangers: &["mxbiz1.qq.com", "mxbiz2.qq.com"],
        imap: Some("imap.exmail.qq.com"),
        pop3: Some("pop.exmail.qq.com"),
        login: By::Address,
        remarks: &["IMAP must be switched on first; a client password where secure login is on"],
    },
    // ISPDB 163.com.xml, 126.com.xml; https://help.mail.163.com
    Provider {
        name: "NetEase 163",
        day: DAY,
        domains: &["163.com"],
        exchangers: &[],
        imap: Some("imap.163.com"),
        pop3: Some("pop.163.com"),
        login: By::Address,
        remarks: &["IMAP must be switched on first; the password is the authorisation code shown then"],
    },
    Provider {
        name: "NetEase 126",
        day: DAY,
        domains: &["126.com"],
        exchangers: &[],
        imap: Some("imap.126.com"),
        pop3: Some("pop.126.com"),
        login: By::Address,
        remarks: &["IMAP must be switched on first; the password is the authorisation code shown then"],
    },
    Provider {
        name: "NetEase yeah.net",
        day: DAY,
        domains: &["yeah.net"],
        exchangers: &[],
        imap: Some("imap.yeah.net"),
        pop3: Some("pop.yeah.net"),
        login: By::Address,
        remarks: &["IMAP must be switched on first; the password is the authorisation code shown then"],
    },
    // ISPDB comcast.net.xml
    Provider {
        name: "Comcast",
        day: DAY,
        domains: &["comcast.net"],
        exchangers: &["comcast.net"],
        imap: Some("imap.comcast.net"),
        pop3: None,
        login: By::Address,
        remarks: &["access of other programs must be allowed in the security settings first"],
    },
];
