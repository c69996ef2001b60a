//! The form of a pair of accounts. It is the import's form with one row: the same types, the same servers, the same remedies.

mod check;

pub(crate) use check::{Found as Looked, check, check_destination};

use super::{
    field::{Field, Wrong},
    kinds,
};
use crate::{
    guard::sent::Fields,
    house::{self, House},
    words::Words,
};
use askama::Template;
use omm::{
    AccountSpec, Secret,
    project::import::{Column, Fault, Found, Row, Rows, Settings, Trouble},
};
use std::io::Cursor;
use zeroize::Zeroizing;

/// Two accounts as they were typed.
pub(crate) struct Pair {
    pub(crate) source: Half,
    pub(crate) destination: Half,
}

/// One of them.
pub(crate) struct Half {
    pub(crate) kind: String,
    pub(crate) server: String,
    pub(crate) login: String,
    pub(crate) admin: String,
    pub(crate) password: Secret,
}

/// The fields of a pair, to be shown.
pub(super) struct Shown {
    pub(super) source: Side,
    pub(super) destination: Side,
    pub(super) wrong: Option<String>,
}

/// The fields of one account.
pub(super) struct Side {
    pub(super) kind: Choice,
    pub(super) fields: Vec<Field>,
}

/// One of several.
#[derive(Template)]
#[template(path = "choice.html")]
pub(super) struct Choice {
    name: &'static str,
    label: &'static str,
    /// The value, the word, whether it is chosen, and which kinds of items it holds if not all.
    options: Vec<(String, String, bool, &'static str)>,
    wrong: Option<String>,
}

/// The server that a project has for all of its migrations.
const OF_PROJECT: &str = "project";

const SOURCE: [&str; 5] = ["source-type", "source-server", "source-login", "source-password", "source-admin"];
const DESTINATION: [&str; 5] = [
    "destination-type",
    "destination-server",
    "destination-login",
    "destination-password",
    "destination-admin",
];

impl Pair {
    pub(super) fn of(fields: &Fields) -> Self {
        Self { source: Half::of(fields, SOURCE), destination: Half::of(fields, DESTINATION) }
    }

    /// The destination alone: the source is a file, in whose place an account stands here that nobody has.
    pub(super) fn of_destination(fields: &Fields) -> Self {
        Self { source: Half::placeholder("source.invalid"), destination: Half::of(fields, DESTINATION) }
    }

    /// Two accounts that nobody has, for whoever puts others in their places.
    pub(super) fn placeholder() -> Self {
        let [source, destination] = ["source.invalid", "destination.invalid"].map(Half::placeholder);
        Self { source, destination }
    }

    /// Nothing typed yet.
    pub(super) fn empty(has: [bool; 2]) -> Self {
        let [source, destination] = has.map(Half::empty);
        Self { source, destination }
    }

    /// The types of both servers, as far as they are known before anybody looks.
    pub(super) fn types<'a>(
        &'a self,
        house: &'a House,
        usual: [Option<&'a AccountSpec>; 2],
    ) -> [Option<&'a str>; 2] {
        let [source, destination] = usual;
        [self.source.server_type(house, source), self.destination.server_type(house, destination)]
    }

    /// The row that it is; or what is wrong with it, by field.
    pub(super) fn row(
        &self,
        house: &House,
        words: &Words,
        usual: [Option<&AccountSpec>; 2],
    ) -> Result<Row, Wrong> {
        let mut wrong = Wrong::default();
        for (half, names) in [(&self.source, SOURCE), (&self.destination, DESTINATION)] {
            half.refuse_lines(names, words, &mut wrong);
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let [source, destination] = usual;
        let mut settings = Settings::default();
        settings.charset = Some("utf-8".to_owned());
        settings.source = self.source.server(house, source);
        settings.destination = self.destination.server(house, destination);
        match read(self.table(), settings) {
            Ok(row) => Ok(row),
            Err(troubles) => {
                troubles
                    .iter()
                    .for_each(|trouble| wrong.add(field(trouble.column), (words.fault)(trouble.fault)));
                Err(wrong)
            }
        }
    }

    /// The form of ten columns.
    fn table(&self) -> Zeroizing<Vec<u8>> {
        let head = Column::ALL.map(|column| column.title().to_owned());
        let [source, destination] = [&self.source, &self.destination].map(Half::cells);
        let [source_type, source_server, source_login, source_password, source_admin] = source;
        let [type_, server, login, password, admin] = destination;
        let row = [
            source_type,
            source_server,
            source_login,
            source_password,
            type_,
            server,
            login,
            password,
            source_admin,
            admin,
        ];
        let mut table = Zeroizing::new(Vec::with_capacity(8 << 10));
        for cells in [head.map(Zeroizing::new), row] {
            for (at, cell) in cells.iter().enumerate() {
                let joint: &[u8] = if at == 0 { b"\"" } else { b";\"" };
                table.extend_from_slice(joint);
                cell.bytes().for_each(|byte| {
                    table.extend_from_slice(if byte == b'"' { b"\"\"" } else { std::slice::from_ref(&byte) })
                });
                table.push(b'"');
            }
            table.extend_from_slice(b"\r\n");
        }
        table
    }

    /// The fields, as they were typed but for the passwords.
    pub(super) fn shown(
        &self,
        house: &House,
        words: &Words,
        usual: [Option<&AccountSpec>; 2],
        wrong: &Wrong,
    ) -> Shown {
        let [source, destination] = usual;
        Shown {
            source: self.source.shown((house, words), SOURCE, source, wrong),
            destination: self.destination.shown((house, words), DESTINATION, destination, wrong),
            wrong: wrong.of("form").or_else(|| wrong.summary(words)),
        }
    }
}

impl Half {
    fn of(fields: &Fields, [kind, server, login, password, admin]: [&str; 5]) -> Self {
        Self {
            kind: fields.text(kind),
            server: fields.text(server),
            login: fields.text(login),
            admin: fields.text(admin),
            password: fields.secret(password),
        }
    }

    /// RFC 6761 §6.4: no host is called so.
    fn placeholder(server: &str) -> Self {
        Self {
            kind: "imap".to_owned(),
            server: server.to_owned(),
            login: "nobody".to_owned(),
            admin: String::new(),
            password: Secret::new("none".to_owned()),
        }
    }

    fn empty(has_server: bool) -> Self {
        Self {
            kind: if has_server { OF_PROJECT } else { "auto" }.to_owned(),
            server: String::new(),
            login: String::new(),
            admin: String::new(),
            password: Secret::new(String::new()),
        }
    }

    /// A line break would end the row.
    fn refuse_lines(
        &self,
        [kind, server, login, password, admin]: [&str; 5],
        words: &Words,
        wrong: &mut Wrong,
    ) {
        let values = [
            (kind, self.kind.as_str()),
            (server, &self.server),
            (login, &self.login),
            (admin, &self.admin),
            (password, self.password.expose()),
        ];
        for (name, _) in values.into_iter().filter(|(_, value)| value.contains(char::is_control)) {
            wrong.add(name, (words.fault)(Fault::ControlCharacter));
        }
    }

    /// The server that was chosen by its name, and not typed.
    fn server(&self, house: &House, usual: Option<&AccountSpec>) -> Option<AccountSpec> {
        if self.kind == OF_PROJECT {
            return usual.cloned();
        }
        house::preset(&house.presets, &self.kind).map(|preset| preset.server.clone())
    }

    fn server_type<'a>(&'a self, house: &'a House, usual: Option<&'a AccountSpec>) -> Option<&'a str> {
        server_type(&self.kind, house, usual)
    }

    fn cells(&self) -> [Zeroizing<String>; 5] {
        let (kind, server) = match self.kind.as_str() {
            "imap" => ("IMAP", self.server.as_str()),
            "exchange" => ("Exchange", self.server.as_str()),
            "pop" => ("POP", self.server.as_str()),
            "auto" => ("Autodetect", self.server.as_str()),
            // Named, so nothing is typed.
            _ => ("", ""),
        };
        [kind, server, &self.login, self.password.expose(), &self.admin]
            .map(|text| Zeroizing::new(text.to_owned()))
    }

    fn shown(
        &self,
        (house, words): (&House, &Words),
        names: [&'static str; 5],
        usual: Option<&AccountSpec>,
        wrong: &Wrong,
    ) -> Side {
        let [kind, server, login, password, admin] = names;
        let options =
            server_types((house, words), usual, kind == "source-type").into_iter().map(|(value, label)| {
                let (is_chosen, held) =
                    (value == self.kind, kinds::of_type(server_type(&value, house, usual)));
                (value, label, is_chosen, held)
            });
        Side {
            kind: Choice {
                name: kind,
                label: words.server_type,
                options: options.collect(),
                wrong: wrong.of(kind),
            },
            fields: vec![
                Field::text(server, words.server_url, &*self.server).hint(words.server_hint).wrong(wrong),
                Field::text(login, words.login, &*self.login).needed().wrong(wrong),
                Field::password(password, words.password, "off").wrong(wrong),
                Field::text(admin, words.admin, &*self.admin).hint(words.admin_hint).wrong(wrong),
            ],
        }
    }
}

/// The type of server that a choice stands for; nothing while it is to be found out.
fn server_type<'a>(kind: &str, house: &'a House, usual: Option<&'a AccountSpec>) -> Option<&'a str> {
    match kind {
        "imap" => Some("imap"),
        "exchange" => Some("exchange"),
        "pop" => Some("pop3"),
        OF_PROJECT => usual.map(|server| server.server_type.as_str()),
        other => house::preset(&house.presets, other).map(|preset| preset.server.server_type.as_str()),
    }
}

/// What a server may be: the project's, one that is offered by name, or a type.
fn server_types(
    (house, words): (&House, &Words),
    usual: Option<&AccountSpec>,
    is_source: bool,
) -> Vec<(String, String)> {
    let mut options = Vec::new();
    if let Some(usual) = usual {
        options.push((OF_PROJECT.to_owned(), format!("{}: {}", words.server_of_project, usual.label())));
    }
    let presets = house.presets.iter().enumerate();
    options.extend(presets.map(|(at, preset)| (house::preset_value(at), preset.name.clone())));
    options.extend([
        ("auto".to_owned(), words.type_auto.to_owned()),
        ("imap".to_owned(), words.type_imap.to_owned()),
        ("exchange".to_owned(), words.type_exchange.to_owned()),
    ]);
    if is_source {
        options.push(("pop".to_owned(), words.type_pop.to_owned()));
    }
    options
}

fn read(table: Zeroizing<Vec<u8>>, settings: Settings) -> Result<Row, Vec<Trouble>> {
    let mut troubles = Vec::new();
    let Ok(rows) = Rows::open(Cursor::new(table), settings) else { return Err(troubles) };
    for found in rows {
        match found {
            Ok(Found::Row(row)) => return Ok(*row),
            Ok(Found::Trouble(trouble)) => troubles.push(trouble),
            Err(_) => break,
        }
    }
    Err(troubles)
}

/// The field of a column; what is about the pair is about the form.
fn field(column: Option<Column>) -> &'static str {
    match column {
        Some(Column::SourceType) => "source-type",
        Some(Column::SourceServer) => "source-server",
        Some(Column::SourceLogin) => "source-login",
        Some(Column::SourcePassword) => "source-password",
        Some(Column::SourceAdmin) => "source-admin",
        Some(Column::DestinationType) => "destination-type",
        Some(Column::DestinationServer) => "destination-server",
        Some(Column::DestinationLogin) => "destination-login",
        Some(Column::DestinationPassword) => "destination-password",
        Some(Column::DestinationAdmin) => "destination-admin",
        Some(Column::Priority | Column::Start) | None => "form",
    }
}
