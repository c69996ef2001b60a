use super::*;

fn lines(bytes: &[u8]) -> (Vec<String>, Vec<(u64, Reason)>) {
    let mut lines = Lines::of_file(bytes).unwrap();
    let (mut line, mut problems, mut found) = (ContentLine::default(), Problems::default(), Vec::new());
    while lines.read(&mut line, &mut problems).unwrap() {
        found.push(format!("{} {}", line.number, String::from_utf8_lossy(&line.text)));
    }
    (found, problems.list().iter().map(|one| (one.line, one.reason)).collect())
}

#[test]
fn physical_lines_become_content_lines() {
    use Reason::*;
    for (bytes, found, problems) in [
        (&b"A:1\r\nB:2\nC:3\rD:4"[..], &["1 A:1", "2 B:2", "3 C:3", "4 D:4"][..], &[][..]),
        (b"A:1\r\r\nB:2", &["1 A:1", "2 B:2"], &[]),
        (b"A:1\n 2\n\t3\n\n\nB:\n  x", &["1 A:123", "6 B: x"], &[]),
        (b"A:\xC3\r\n \xBC\r\n", &["1 A:\u{fc}"], &[]),
        (b"\xEF\xBB\xBFA:1\n\xEF\xBB\xBFB:2", &["1 A:1", "2 B:2"], &[]),
        (b"A;QUOTED-PRINTABLE:x=\nB:2=\n y\nC:=\n", &["1 A;QUOTED-PRINTABLE:xB:2 y", "4 C:="], &[]),
        (
            b"A;ENCODING=QUOTED-PRINTABLE:x=\nEND:VCARD",
            &["1 A;ENCODING=QUOTED-PRINTABLE:x=", "2 END:VCARD"],
            &[],
        ),
        (
            b"A;L=\"a;ENCODING=QUOTED-PRINTABLE:b=\n c\":d\nE:1",
            &["1 A;L=\"a;ENCODING=QUOTED-PRINTABLE:b=c\":d", "3 E:1"],
            &[],
        ),
        (b"P;BASE64:aa\nbbbb==\n\nE:1", &["1 P;BASE64:aabbbb==", "4 E:1"], &[(2, UnfoldedBase64)]),
        (b"NOTE:a\n\nb c\nE:1", &["1 NOTE:a\\n\\nb c", "4 E:1"], &[(3, Unfolded)]),
        (b"A:1\nno property\nE:1", &["1 A:1", "2 no property", "3 E:1"], &[]),
        (b"A:1\0\0\n\0\0", &["1 A:1"], &[(1, Control)]),
        (b"BEGIN:VCARD\n  FN:x", &["1 BEGIN:VCARD", "2   FN:x"], &[]),
        (b"\xFF\xFEA\0:\0\xFC\0\r\0\n\0B\0:\0", &["1 A:\u{fc}", "2 B:"], &[]),
        (b"\0A\0:\0\xFC\0\n\0 \0b\0\n\0B\0:\0x", &["1 A:\u{fc}b", "3 B:x"], &[]),
        (b"NOTE:a\nSUMMARY\n :b\nX;TZID=A\n /B:c", &["1 NOTE:a", "2 SUMMARY:b", "4 X;TZID=A/B:c"], &[]),
        (b"NOTE:a\nRegards\nE:1", &["1 NOTE:a\\nRegards", "3 E:1"], &[(2, Unfolded)]),
        (b"A;CN=x\ny;B=1:c\nE:1", &["1 A;CN=x y;B=1:c", "3 E:1"], &[(2, Unfolded)]),
        (
            b"NOTE:\nDear all,\nCode: 1\nhttp://x\nE:1",
            &["1 NOTE:\\nDear all,\\nCode: 1\\nhttp://x", "5 E:1"],
            &[(2, Unfolded), (3, Unfolded), (4, Unfolded)],
        ),
        (b"NOTE:a\nX-GOOGLE TALK:x\nE:1", &["1 NOTE:a", "2 X-GOOGLE TALK:x", "3 E:1"], &[]),
        (b"NOTE:a\nX-rays of both: x\nE:1", &["1 NOTE:a\\nX-rays of both: x", "3 E:1"], &[(2, Unfolded)]),
        (b"TEL:1\nX-Google Talk:x\nE:1", &["1 TEL:1", "2 X-Google Talk:x", "3 E:1"], &[]),
        (b"", &[], &[]),
        (b"\n\n", &[], &[]),
    ] {
        let (lines, said) = lines(bytes);
        assert_eq!(lines, found);
        assert_eq!(said, problems, "{found:?}");
    }
}

#[test]
fn what_has_no_head_is_not_put_together_for_ever() {
    // Each line would be searched again for its colon with all that came before.
    let mut file = b"A;B\n".to_vec();
    file.extend_from_slice(&b"x\n".repeat(300_000));
    let (found, _) = lines(&file);
    assert!(found.len() > 290_000, "{}", found.len());
    let head = format!("X-A;B=\"{}\":x\n", "y".repeat(LONGEST_HEAD));
    let (found, _) = lines(&[head.as_bytes(), b"z\n"].concat());
    assert_eq!(found.len(), 2);
}

/// Gives a byte at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(into.len()).min(1);
        into[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

#[test]
fn long_files_and_slow_readers_give_the_same_lines_and_offsets() {
    let mut file = Vec::new();
    for at in 0..40_000 {
        file.extend_from_slice(format!("A{at}:{}\r\n {at}\r\n", "x".repeat(at % 90)).as_bytes());
    }
    let read = |lines: &mut Lines<Box<dyn Read + '_>>| {
        let (mut line, mut problems, mut all) = (ContentLine::default(), Problems::default(), Vec::new());
        while lines.read(&mut line, &mut problems).unwrap() {
            all.push(line.clone());
        }
        all
    };
    let whole = read(&mut Lines::of_file(Box::new(&file[..]) as Box<dyn Read>).unwrap());
    assert_eq!(whole.len(), 40_000);
    for line in whole.iter().step_by(997) {
        let part = &file[line.at as usize..line.end as usize];
        let again =
            read(&mut Lines::of_part(Box::new(part) as Box<dyn Read>, Layout::Bytes, line.at, line.number));
        assert_eq!(again, std::slice::from_ref(line));
    }
    let slow = read(&mut Lines::of_file(Box::new(Slow(&file)) as Box<dyn Read>).unwrap());
    assert!(slow == whole);
}
