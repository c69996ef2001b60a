//! Entries of the fuzz targets.

use crate::{
    autodiscover,
    ops::any,
    xml::{Limits, Piece, Splitter, read},
};

/// No answer to autodiscover makes the reader panic.
pub fn autodiscover(data: &[u8]) {
    let _ = autodiscover::read(data);
}

/// No item of a server makes a converter panic: whatever it is, it is read as every kind, and made again.
pub fn ews_item(data: &[u8]) {
    let limits = Limits { bytes: 1 << 20, depth: 32, elements: 10_000 };
    if let Ok(root) = read(data, limits) {
        crate::convert::read_as_every_kind(&root);
    }
}

/// No answer makes a reader panic, and however its bytes are cut, the same is read. Its length says how they are cut.
pub fn ews_answer(data: &[u8]) {
    let whole = split(data, data.len().max(1));
    assert_eq!(whole, split(data, 1 + data.len() % 61));
    let Some((rest, _)) = whole else { return };
    let limits = Limits { bytes: 1 << 20, depth: 64, elements: 10_000 };
    if let Ok(envelope) = read(&rest, limits) {
        let _ = std::hint::black_box(any::read(&envelope));
        any::read_as_every_answer(&envelope);
    }
}

/// What is left of an answer, and its large texts; nothing if it is refused.
fn split(answer: &[u8], piece: usize) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
    let mut splitter = Splitter::new(1 << 20);
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for chunk in answer.chunks(piece) {
        for piece in splitter.push(chunk).ok()? {
            match (piece, texts.last_mut()) {
                (Piece::Begin(number), _) => {
                    assert_eq!(number, texts.len());
                    texts.push(Vec::new());
                }
                (Piece::Bytes(bytes), Some(text)) => text.extend(bytes),
                (Piece::End, Some(_)) => {}
                (piece, None) => panic!("{piece:?} before a text"),
            }
        }
    }
    Some((splitter.finish().ok()?, texts))
}
