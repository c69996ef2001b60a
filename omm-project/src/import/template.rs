//! The empty form, to be filled in.

use super::Column;
use omm_core::{
    Error, Result,
    error::{ErrorKind, Side},
};
use rust_xlsxwriter::{DataValidation, Format, Workbook, XlsxError};

/// How many rows of the sheet are prepared: text stays text there, and types are picked from a list.
const PREPARED_ROWS: u32 = 10_000;

/// An example of what a row looks like. Who leaves it in the table means nothing by it: it is no migration.
pub(super) const EXAMPLE: [&str; 10] = [
    "IMAP",
    "imap.old-provider.example",
    "anna@old-provider.example",
    "password at the old provider",
    "Exchange",
    "",
    "anna@new-provider.example",
    "password at the new provider",
    "",
    "",
];

/// The form as text: UTF-8 with a mark, by which Excel knows it, and semicolons.
pub fn csv() -> String {
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let quoted = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        quoted.collect::<Vec<_>>().join(";")
    };
    let titles = line(&mut Column::ALL.iter().map(|column| column.title()));
    format!("\u{FEFF}{titles}\r\n{}\r\n", line(&mut EXAMPLE.into_iter()))
}

/// The form as a sheet for Excel. Its cells are text, so that a password of digits keeps its zeros.
///
/// # Errors
/// [`ErrorKind::Local`] when it cannot be made.
pub fn xlsx() -> Result<Vec<u8>> {
    sheet().map_err(|cause| {
        Error::new(ErrorKind::Local, Side::Host, "write the template", "the sheet cannot be made")
            .caused_by(cause)
    })
}

fn sheet() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let text = Format::new().set_num_format("@");
    let heading = Format::new().set_bold().set_num_format("@");
    let sheet = book.add_worksheet();
    sheet.set_name("Migrations")?;
    sheet.set_freeze_panes(1, 0)?;
    for ((at, column), example) in (0..).zip(Column::ALL).zip(EXAMPLE) {
        sheet.set_column_format(at, &text)?;
        sheet.set_column_width(at, 30)?;
        sheet.write_string_with_format(0, at, column.title(), &heading)?;
        sheet.write_string_with_format(1, at, example, &text)?;
        let types: &[&str] = match column {
            Column::SourceType => &["IMAP", "Exchange", "POP", "Autodetect"],
            Column::DestinationType => &["IMAP", "Exchange", "Autodetect"],
            _ => continue,
        };
        let choice = DataValidation::new().allow_list_strings(types)?.ignore_blank(true);
        sheet.add_data_validation(1, at, PREPARED_ROWS, at, &choice)?;
    }
    book.save_to_buffer()
}
