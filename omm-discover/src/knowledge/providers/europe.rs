//! Providers of Europe.

use super::{By, Provider};

const DAY: &str = "2026-11-27";

pub(super) const TABLE: &[Provider] = &[
    // ISPDB gmx.net.xml; https://www.gmx.net/mail/tipps/posts/pop3-imap/36/ (switched off unless asked for),
    // https://hilfe.gmx.net/sicherheit/2fa/anwendungsspezifisches-passwort.html
    Provider {
        name: "GMX",
        day: DAY,
        domains: &["gmx.net", "gmx.de", "gmx.at", "gmx.ch", "gmx.eu", "gmx.org", "gmx.info", "gmx.biz"],
        exchangers: &["gmx.net"],
        imap: Some("imap.gmx.net"),
        pop3: Some("pop.gmx.net"),
        login: By::Address,
        remarks: &[
            "POP3 and IMAP must be switched on in the settings first; an app password with two factors",
        ],
    },
    // ISPDB gmx.com.xml
    Provider {
        name: "GMX.com",
        day: DAY,
        domains: &["gmx.com", "gmx.us", "gmx.co.uk", "gmx.fr", "gmx.es"],
        exchangers: &["gmx.com"],
        imap: Some("imap.gmx.com"),
        pop3: Some("pop.gmx.com"),
        login: By::Address,
        remarks: &["POP3 and IMAP must be switched on in the settings first"],
    },
    // ISPDB web.de.xml
    Provider {
        name: "WEB.DE",
        day: DAY,
        domains: &["web.de"],
        exchangers: &["web.de"],
        imap: Some("imap.web.de"),
        pop3: Some("pop3.web.de"),
        login: By::LocalPart,
        remarks: &[
            "POP3 and IMAP must be switched on in the settings first; an app password with two factors",
        ],
    },
    // ISPDB t-online.de.xml
    Provider {
        name: "T-Online",
        day: DAY,
        domains: &["t-online.de", "magenta.de"],
        exchangers: &["t-online.de"],
        imap: Some("secureimap.t-online.de"),
        pop3: Some("securepop.t-online.de"),
        login: By::Address,
        remarks: &["the password for mail programs is needed, not the one of the customer centre"],
    },
    // ISPDB 1und1.de.xml; https://www.ionos.fr/assistance/email (imap.ionos.fr, pop.ionos.fr)
    Provider {
        name: "IONOS",
        day: DAY,
        domains: &["online.de", "onlinehome.de"],
        exchangers: &["kundenserver.de", "ionos.de"],
        imap: Some("imap.ionos.de"),
        pop3: Some("pop.ionos.de"),
        login: By::Address,
        remarks: &[],
    },
    Provider {
        name: "IONOS France",
        day: DAY,
        domains: &[],
        exchangers: &["ionos.fr"],
        imap: Some("imap.ionos.fr"),
        pop3: Some("pop.ionos.fr"),
        login: By::Address,
        remarks: &[],
    },
    Provider {
        name: "IONOS, United States and Britain",
        day: DAY,
        domains: &[],
        exchangers: &["ionos.com", "ionos.co.uk", "perfora.net"],
        imap: Some("imap.ionos.com"),
        pop3: Some("pop.ionos.com"),
        login: By::Address,
        remarks: &[],
    },
    // ISPDB strato.de.xml
    Provider {
        name: "STRATO",
        day: DAY,
        domains: &["strato.de"],
        exchangers: &["rzone.de"],
        imap: Some("imap.strato.de"),
        pop3: Some("pop3.strato.de"),
        login: By::Address,
        remarks: &[],
    },
    // https://kb.mailbox.org/en/private/e-mail/e-mail-configuration
    Provider {
        name: "mailbox.org",
        day: DAY,
        domains: &["mailbox.org"],
        exchangers: &["mailbox.org"],
        imap: Some("imap.mailbox.org"),
        pop3: Some("pop3.mailbox.org"),
        login: By::Address,
        remarks: &["the login is the main address of the account; an app password with two factors"],
    },
    // ISPDB posteo.de.xml
    Provider {
        name: "Posteo",
        day: DAY,
        domains: &["posteo.de", "posteo.net", "posteo.org", "posteo.eu", "posteo.at", "posteo.ch"],
        exchangers: &["posteo.de"],
        imap: Some("posteo.de"),
        pop3: Some("posteo.de"),
        login: By::Address,
        remarks: &["with additional mailbox protection, access must be allowed in the settings first"],
    },
    // ISPDB orange.fr.xml
    Provider {
        name: "Orange",
        day: DAY,
        domains: &["orange.fr", "wanadoo.fr"],
        exchangers: &["orange.fr", "wanadoo.fr"],
        imap: Some("imap.orange.fr"),
        pop3: Some("pop.orange.fr"),
        login: By::Address,
        remarks: &["access of other programs may have to be allowed in the mail settings first"],
    },
    // ISPDB free.fr.xml
    Provider {
        name: "Free",
        day: DAY,
        domains: &["free.fr"],
        exchangers: &["free.fr"],
        imap: Some("imap.free.fr"),
        pop3: Some("pop.free.fr"),
        login: By::LocalPart,
        remarks: &[],
    },
    // ISPDB laposte.net.xml
    Provider {
        name: "La Poste",
        day: DAY,
        domains: &["laposte.net"],
        exchangers: &["laposte.net"],
        imap: Some("imap.laposte.net"),
        pop3: Some("pop.laposte.net"),
        login: By::LocalPart,
        remarks: &["access of other programs may have to be allowed in the settings first"],
    },
    // ISPDB sfr.fr.xml
    Provider {
        name: "SFR",
        day: DAY,
        domains: &["sfr.fr", "neuf.fr", "club-internet.fr"],
        exchangers: &["sfr.fr"],
        imap: Some("imap.sfr.fr"),
        pop3: Some("pop.sfr.fr"),
        login: By::Address,
        remarks: &[],
    },
    // ISPDB gandi.net.xml
    Provider {
        name: "Gandi",
        day: DAY,
        domains: &["gandi.net"],
        exchangers: &["mail.gandi.net"],
        imap: Some("mail.gandi.net"),
        pop3: Some("mail.gandi.net"),
        login: By::Address,
        remarks: &[],
    },
    // https://www.infomaniak.com/en/support/faq/admin2/email-service
    Provider {
        name: "Infomaniak",
        day: DAY,
        domains: &["ik.me", "ikmail.com", "etik.com"],
        exchangers: &["infomaniak.ch", "infomaniak.com"],
        imap: Some("mail.infomaniak.com"),
        pop3: Some("mail.infomaniak.com"),
        login: By::Address,
        remarks: &[
            "the password of the address or a device password is needed, not the one of the Infomaniak account",
        ],
    },
    // ISPDB bluewin.ch.xml
    Provider {
        name: "Bluewin",
        day: DAY,
        domains: &["bluewin.ch", "bluemail.ch"],
        exchangers: &["bluewin.ch"],
        imap: Some("imaps.bluewin.ch"),
        pop3: Some("pop3s.bluewin.ch"),
        login: By::Address,
        remarks: &[],
    },
    // ISPDB libero.it.xml
    Provider {
        name: "Libero",
        day: DAY,
        domains: &["libero.it", "iol.it", "blu.it", "inwind.it", "giallo.it"],
        exchangers: &["libero.it"],
        imap: Some("imapmail.libero.it"),
        pop3: Some("popmail.libero.it"),
        login: By::Address,
        remarks: &[],
    },
    // ISPDB seznam.cz.xml
    Provider {
        name: "Seznam",
        day: DAY,
        domains: &["seznam.cz", "email.cz", "post.cz", "spoluzaci.cz"],
        exchangers: &["seznam.cz"],
        imap: Some("imap.seznam.cz"),
        pop3: Some("pop3.seznam.cz"),
        login: By::Address,
        remarks: &[
            "IMAP and POP3 must be switched on in the settings first; an app password with two factors",
        ],
    },
    // https://proton.me/support/protonmail-bridge-faq
    Provider {
        name: "Proton Mail",
        day: DAY,
        domains: &["proton.me", "protonmail.com", "protonmail.ch", "pm.me"],
        exchangers: &["protonmail.ch"],
        imap: None,
        pop3: None,
        login: By::Address,
        remarks: &[
            "no server to the outside: install Proton Mail Bridge (paid plans) on this machine and write the IMAP server, \
             login and password that it shows, for example imap://LOGIN@127.0.0.1:1143 with its certificate as --ca-file",
        ],
    },
];
