use super::*;
use crate::{
    calendar::{
        self,
        read::{Item, Read},
    },
    card,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::io::{BufReader, Cursor};

fn file(salt: u8, bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at.wrapping_mul(31) as u8) ^ salt).collect()
}

fn folded(bytes: &[u8], fold: &str) -> String {
    let letters = STANDARD.encode(bytes);
    let lines = letters.as_bytes().chunks(74).map(|line| String::from_utf8_lossy(line).into_owned());
    lines.collect::<Vec<_>>().join(fold)
}

/// Parts a body that comes in chunks of this size. Gives what is left in memory as well.
fn parted(body: &str, chunk: usize) -> (Text, usize) {
    let mut finder = Finder::default();
    body.as_bytes().chunks(chunk).for_each(|chunk| finder.push(chunk));
    let parting = finder.finish();
    let mut around = Vec::new();
    for (at, chunk) in body.as_bytes().chunks(chunk).enumerate().map(|(nth, bytes)| (nth * chunk, bytes)) {
        parting.around(at as u64, chunk).for_each(|part| around.extend_from_slice(part));
    }
    assert_eq!(parting.len_around(body.len() as u64), around.len() as u64);
    let len = around.len();
    let whole = Bytes::copy_from_slice(body.as_bytes());
    let open = move |range: Range<u64>| -> Box<dyn BufRead + Send> {
        let range = range.start as usize..range.end as usize;
        Box::new(BufReader::with_capacity(100, Cursor::new(whole.slice(range))))
    };
    (parting.text(around, open), len)
}

fn event(inside: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260101T120000Z\r\n{inside}SUMMARY:behind\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn files(read: &Read) -> Vec<(String, Vec<u8>)> {
    let Item::Event(event) = &read.item else { panic!("{read:?}") };
    assert_eq!(event.entry.summary.as_deref(), Some("behind"));
    let all = event.entry.attachments.iter();
    all.map(|file| (file.name.clone().unwrap_or_default(), file.data.to_bytes().unwrap().to_vec())).collect()
}

// Would catch: a file that is cut, shifted or another's, wherever the chunks of its body end; one that is in memory all the same.
#[test]
fn large_files_are_read_from_where_they_lie() {
    let (one, two, three) = (file(1, 100_000), file(2, 70_001), file(3, 80_002));
    let body = event(&format!(
        "ATTACH;FILENAME=\"a:\r\n b\";ENCODING=BASE64;VALUE=BINARY:{}\r\nATTACH;FILENAME=small;ENCODING=BASE64:aGk=\r\n\
         attach;FILENAME=c:data:image/png;base64,\r\n {}\r\nATTACH;FILENAME=d;ENCODING=B;VALUE=BINARY:\r\n {}\r\n",
        folded(&one, "\r\n "),
        folded(&two, "\n\t"),
        folded(&three, "\r\n "),
    ));
    let expected = files(&calendar::read(body.clone()).unwrap());
    assert_eq!(expected.len(), 4);
    for chunk in [1, 2, 73, 4096, body.len()] {
        let (text, in_memory) = parted(&body, chunk);
        assert!(in_memory < 1000, "{in_memory} bytes are left");
        assert_eq!(files(&calendar::read(text.whole().unwrap()).unwrap()), expected);
        let read = calendar::read(text).unwrap();
        assert_eq!(files(&read), expected, "chunks of {chunk}");
        assert_eq!(read.losses, calendar::read(body.clone()).unwrap().losses);
    }
}

// Would catch: a photo that says nothing, since its value is elsewhere.
#[test]
fn so_are_photos_and_files_of_cards() {
    let photo = [&b"\xFF\xD8\xFF\xE0"[..], &file(4, 90_000)].concat();
    for (version, head) in [("4.0", "PHOTO:data:image/jpeg;base64,"), ("3.0", "PHOTO;ENCODING=b;TYPE=JPEG:")]
    {
        let body = format!(
            "BEGIN:VCARD\r\nVERSION:{version}\r\nFN:Jane\r\n{head}{}\r\nX-ATTACH;X-FILENAME=f;ENCODING=BASE64:{}\r\n\
             END:VCARD\r\n",
            folded(&photo, "\r\n "),
            folded(&file(5, 90_000), "\r\n "),
        );
        let (text, in_memory) = parted(&body, 1000);
        assert!(in_memory < 1000, "{in_memory} bytes are left");
        let read = card::read(text).unwrap();
        assert_eq!(read, card::read(body).unwrap());
        assert_eq!(read.photo.unwrap().media_type, "image/jpeg");
        assert_eq!(read.files.len(), 1);
    }
}

// Would catch: a value that was taken out although a reader goes on with it, so that half of it is lost; one that another property
// lacks.
#[test]
fn what_is_not_surely_a_file_is_left_in_the_text() {
    let letters = folded(&file(6, 100_000), "\r\n ");
    let unfolded = folded(&file(6, 100_000), "\r\n");
    for inside in [
        // More of it stands behind, without a fold.
        format!("ATTACH;FILENAME=a;ENCODING=BASE64:{letters}\r\nAAAA\r\n"),
        format!("ATTACH;FILENAME=a;ENCODING=BASE64:{unfolded}\r\n"),
        format!("ATTACH;FILENAME=a;ENCODING=BASE64:{letters}\r\n{}\r\n", "A".repeat(2 * LONGEST_HEAD)),
        // It is no base64.
        format!("ATTACH;FILENAME=a;ENCODING=BASE64:{letters}!!\r\n"),
        format!("ATTACH;FILENAME=a;ENCODING=BASE64:AAAA=AAAA{letters}\r\n"),
        format!("ATTACH;FILENAME=a:{letters}\r\n"),
        format!("ATTACH;FILENAME=a:data:text/plain,{letters}\r\n"),
        format!("X-LOGO;ENCODING=BASE64:{letters}\r\n"),
        format!("DESCRIPTION:{letters}\r\n"),
        format!("ATTACH;FILENAME=\"open;ENCODING=BASE64:{letters}\r\n"),
    ] {
        let body = event(&inside);
        let (text, in_memory) = parted(&body, 1 << 16);
        assert_eq!(in_memory, body.len(), "{}", &inside[..40]);
        assert_eq!(calendar::read(text).unwrap().item, calendar::read(body).unwrap().item);
    }
}

// Would catch: a card of an old version, which has to be put together, that takes all the memory there is.
#[test]
fn what_has_to_be_whole_has_its_limit() {
    let large = Data::base64_elsewhere(LONGEST as u64, || Box::new(std::io::empty()));
    let text = Text { rest: Bytes::from_static(b"BEGIN:VCARD"), holes: vec![(11, large)] };
    assert_eq!(text.whole().unwrap_err(), Problem::new(1, Reason::TooLong));
}

// Would catch: a line that is kept without what was taken out of it; a card of an old version that loses its photo.
#[test]
fn whoever_keeps_the_line_has_all_of_it() {
    let (one, two) = (file(7, 70_000), file(8, 70_000));
    let body = format!(
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Jane\r\nPHOTO:data:image/png;base64,{}\r\nPHOTO:data:image/png;base64,{}\r\nEND:VCARD\r\n",
        folded(&one, "\r\n "),
        folded(&two, "\r\n "),
    );
    let (text, in_memory) = parted(&body, 1000);
    assert!(in_memory < 1000);
    let read = card::read(text).unwrap();
    assert_eq!(read, card::read(body).unwrap());
    let card::read::Card::Contact(contact) = read.card else { panic!("no contact") };
    assert!(contact.lines[0].unfolded().ends_with(&STANDARD.encode(&two)));
    let old = format!(
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Miller;Jane\r\nPHOTO;ENCODING=BASE64;TYPE=PNG:{}\r\nEND:VCARD\r\n",
        folded(&one, "\r\n "),
    );
    let (text, in_memory) = parted(&old, 1000);
    assert!(in_memory < 1000);
    assert_eq!(card::read(text).unwrap().photo.unwrap().data.to_bytes().unwrap(), one);
}
