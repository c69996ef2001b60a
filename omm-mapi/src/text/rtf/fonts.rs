//! Fonts: in RTF they say what code page a text is in.

use std::collections::HashMap;

/// More fonts than any document has.
const MOST: usize = 4096;

/// Which code page each font is in.
#[derive(Clone, Debug, Default)]
pub(super) struct Fonts {
    pages: HashMap<i32, u32>,
    /// The font whose entry is being read.
    current: i32,
    /// `\deff`.
    pub(super) default: i32,
}

impl Fonts {
    /// The code page of a font, if it has one.
    pub(super) fn page(&self, font: i32) -> Option<u32> {
        self.pages.get(&font).copied()
    }

    /// Takes a control word of the font table.
    pub(super) fn word(&mut self, word: &[u8], number: i32) {
        match word {
            b"f" => self.current = number,
            b"fcharset" => {
                if let Some(page) = of_charset(number) {
                    self.insert(page);
                }
            }
            // \cpg stands behind \fcharset and knows better.
            b"cpg" => {
                if let Ok(page) = u32::try_from(number) {
                    self.pages.remove(&self.current);
                    self.insert(page);
                }
            }
            _ => {}
        }
    }

    fn insert(&mut self, page: u32) {
        if self.pages.len() < MOST {
            self.pages.insert(self.current, page);
        }
    }
}

/// The code page of a character set as Windows numbers them ([MS-WMF] §2.1.1.5); nothing for "default".
fn of_charset(charset: i32) -> Option<u32> {
    Some(match charset {
        // Symbol fonts have no letters; their bytes are kept as those of windows-1252.
        0 | 2 => 1252,
        77 => 10000,
        78 => 932,
        128 => 932,
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        254 => 437,
        255 => 850,
        _ => return None,
    })
}
