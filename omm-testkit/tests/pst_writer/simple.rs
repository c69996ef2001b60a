use omm_testkit::pst::*;
#[test]
fn writes() {
    for (format, crypt, name) in [
        (Format::Unicode, Crypt::Permute, "u"),
        (Format::Ansi, Crypt::Cyclic, "a"),
        (Format::Unicode, Crypt::Cyclic, "uc"),
        (Format::Ansi, Crypt::None, "an"),
    ] {
        let file = std::fs::File::create(format!("/tmp/pstw-{name}.pst")).unwrap();
        let mut pst = PstBuilder::new(format).crypt(crypt).password("test").start(file).unwrap();
        filled::everything(&mut pst, 9_000_000).unwrap();
        pst.finish().unwrap();
    }
}
#[test]
fn bulk() {
    let file = std::io::BufWriter::new(std::fs::File::create("/tmp/pstw-bulk.pst").unwrap());
    let mut pst = PstBuilder::new(Format::Unicode).start(file).unwrap();
    filled::bulk(&mut pst, 40_000_000).unwrap();
    pst.finish().unwrap();
}
