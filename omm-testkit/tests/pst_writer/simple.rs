use omm_testkit::pst::*;
#[test]
fn writes() {
    for (format, crypt, name) in [(Format::Unicode, Crypt::Permute, "u"), (Format::Ansi, Crypt::Cyclic, "a"), (Format::Unicode, Crypt::Cyclic, "uc"), (Format::Ansi, Crypt::None, "an")] {
        let file = std::fs::File::create(format!("/tmp/pstw-{name}.pst")).unwrap();
        let mut pst = PstBuilder::new(format).crypt(crypt).password("test").start(file).unwrap();
        let top = pst.top();
        let inbox = pst.folder(top, "Inbox", Some("IPF.Note"));
        pst.role(Role::Inbox, inbox);
        for n in 0..60usize {
            let item = Item::new("IPM.Note", &format!("RE: Subject {n}"))
                .with(0x1000, format!("Body of {n}\r\n").repeat(n * 40 + 1).as_str())
                .with(0x0c1a, "Sender").with(0x0c1e, "SMTP").with(0x0c1f, "s@example.org")
                .with(0x0042, "Sender").with(0x0065, "s@example.org").with(0x0064, "SMTP")
                .with(0x0e06, Value::Time(filetime(2020, 1, 2, 3, 4, 5)))
                .with(0x0039, Value::Time(filetime(2020, 1, 2, 3, 4, 5)))
                .with(Key::Word(Set::PUBLIC_STRINGS, "Keywords".into()), Value::ManyTexts(vec!["Red".into(), "Blue".into()]))
                .to(RecipientKind::To, "To Somebody", "to@example.com")
                .to(RecipientKind::Cc, "Cc Somebody", "cc@example.com")
                .attach(Attachment::file("a.bin", "application/octet-stream", vec![n as u8; 100 << (n % 16)]))
                .attach(Attachment::message(Item::new("IPM.Note", "Inner").with(0x1000, "Inner body").to(RecipientKind::To, "x", "x@example.com")));
            pst.item(inbox, &item).unwrap();
        }
        pst.finish().unwrap();
    }
}
