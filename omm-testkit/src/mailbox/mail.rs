//! Messages: ordinary ones without end, and one of each oddity.

use super::{MailboxItem, Random};
use omm_core::model::ItemKind;
use std::fmt::Write;

const WORDS: [&str; 12] = [
    "invoice",
    "lunch",
    "minutes",
    "Übersicht",
    "travel",
    "re:",
    "draft",
    "قائمة",
    "plan",
    "写真",
    "bill",
    "hello",
];
const FLAGS: [&str; 6] =
    ["", "\\Seen", "\\Seen \\Answered", "\\Flagged", "\\Seen $Forwarded", "\\Draft work projet-été"];
const ZONES: [&str; 4] = ["+00:00", "+05:30", "-08:00", "+13:45"];

/// The `index`-th ordinary message of a seed: a few hundred bytes, CRLF, with Message-ID and date.
pub fn message(seed: u64, index: u64) -> MailboxItem {
    let mut random = Random::nth(seed, index);
    let mut word = || random.pick(&WORDS).unwrap_or("word");
    let subject = format!("{} {} {index}", word(), word());
    let mut text = format!(
        "Message-ID: <{index}.{seed}@example.org>\r\nFrom: a{index}@example.org\r\nTo: b@example.com\r\n\
         Subject: {subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    );
    for line in 0..random.below(12) {
        // Writing to a string cannot fail.
        let _ =
            write!(text, "line {line}: {} {:x}\r\n", random.pick(&WORDS).unwrap_or(""), random.next_u64());
    }
    MailboxItem::new(ItemKind::Mail, text)
        .flagged(random.pick(&FLAGS).unwrap_or(""))
        .received(&date(&mut random))
}

/// One message of each oddity, and the same ones whatever the seed of the rest.
pub fn odd_messages() -> Vec<MailboxItem> {
    let twin = "Message-ID: <twin@example.org>\r\nSubject: twin\r\n\r\nthe same\r\n";
    let texts: [&[u8]; 16] = [
        b"Subject: no Message-ID\r\n\r\nbody\r\n",
        b"Message-ID: <same@example.org>\r\nSubject: first of two\r\n\r\none\r\n",
        b"Message-ID: <same@example.org>\r\nSubject: second of two\r\n\r\ntwo\r\n",
        b"Message-ID: <a@example.org>\r\nMessage-ID: <b@example.org>\r\n\r\ntwo ids\r\n",
        twin.as_bytes(),
        twin.as_bytes(),
        b"Subject: caf\xe9 in latin-1\r\n\r\nna\xefve \xff\xfe\r\n",
        b"Subject: a NUL\r\n\r\nbe\0fore\r\n",
        b"Subject: bare line feeds\n\nfrom a unix tool\nFrom here on\n>From there\n",
        b"Subject: bare returns\r\rfrom an old Mac\r",
        b"Subject: mixed\r\n\nline\r\nline\nline\rline\r\n",
        b"Subject: no final newline\r\n\r\nthe end",
        b"Subject: no body\r\n\r\n",
        b"Subject: no empty line",
        b"\r\nno header\r\n",
        b"Subject: dots\r\n\r\n.\r\n..\r\n.leading\r\nFrom me\r\n",
    ];
    let mut odd: Vec<_> = texts.map(|text| MailboxItem::new(ItemKind::Mail, text.to_vec())).into();
    for (at, (flags, date)) in [
        ("\\Seen", "1995-02-28T23:59:59-11:00"),
        ("\\Flagged $Junk", "1970-01-01T00:00:00+00:00"),
        ("\\Deleted", "2038-01-19T03:14:08+14:00"),
        ("\\Draft NonJunk", "2024-02-29T12:00:00+05:45"),
    ]
    .into_iter()
    .enumerate()
    {
        odd[at] = odd[at].clone().flagged(flags).received(date);
    }
    odd
}

fn date(random: &mut Random) -> String {
    let (year, month, day) = (1999 + random.below(26), 1 + random.below(12), 1 + random.below(28));
    let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
    let zone = random.pick(&ZONES).unwrap_or("+00:00");
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
}
