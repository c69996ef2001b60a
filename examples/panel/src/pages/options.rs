//! Options: what is carried, how fast, when not, how long all is kept; and the end of it all.

use super::{
    Answer, Frame, Tab, by,
    field::{Field, Wrong},
    kinds::{self, Kinds},
    manage::Said,
    page, refused,
    row_act::clear_away,
    to,
};
use crate::{
    guard::{
        cookies,
        failure::Failure,
        sent::{Fields, Sent},
        visit::{Inside, Visit},
    },
    house::House,
};
use askama::Template;
use axum::{extract::Query, http::header};
use omm::{
    AccountSpec, ErrorKind,
    core::model::ItemKind,
    project::{
        notify::outbox::Outbox,
        project::{Project, QuietHours},
        store::Projects,
    },
};

#[derive(Template)]
#[template(path = "options.html")]
struct Options {
    frame: Frame,
    kinds: Kinds,
    about: Vec<Field>,
    limits: Vec<Field>,
    quiet: Vec<Field>,
    keep_passwords: bool,
    /// The servers of the project, as people read them.
    servers: Vec<String>,
    revision: u64,
    trouble: Option<String>,
}

/// The form, as it was typed.
struct Form {
    name: String,
    contact: String,
    kinds: Vec<ItemKind>,
    at_once: String,
    per_server: String,
    requests: String,
    bandwidth: String,
    quiet: [String; 3],
    retention: String,
    keep_passwords: bool,
    forget_servers: bool,
    revision: u64,
}

/// Bandwidth is typed in these.
const KILOBYTE: u64 = 1000;

impl Form {
    fn of(fields: &Fields, visit: &Visit, wrong: &mut Wrong) -> Self {
        Self {
            name: fields.text("name"),
            contact: fields.text("contact"),
            kinds: kinds::chosen(fields, visit.words, wrong),
            at_once: fields.text("migrations-at-once"),
            per_server: fields.text("requests-per-server"),
            requests: fields.text("requests-at-once"),
            bandwidth: fields.text("bandwidth"),
            quiet: ["quiet-hours.from", "quiet-hours.to", "quiet-hours.zone"].map(|name| fields.text(name)),
            retention: fields.text("retention-days"),
            keep_passwords: fields.ticked("keep-passwords"),
            forget_servers: fields.ticked("forget-servers"),
            revision: fields.text("revision").parse().unwrap_or_default(),
        }
    }

    /// As a project has them.
    fn known(project: &Project) -> Self {
        let options = &project.options;
        let quiet = options.quiet_hours.as_ref();
        Self {
            name: project.name.clone(),
            contact: project.contact.clone(),
            kinds: options.migration.kinds.clone(),
            at_once: options.migrations_at_once.to_string(),
            per_server: options.requests_per_server.to_string(),
            requests: options.requests_at_once.to_string(),
            bandwidth: options.bandwidth.map(|rate| (rate / KILOBYTE).to_string()).unwrap_or_default(),
            quiet: quiet.map_or_else(Default::default, |quiet| {
                [quiet.from.clone(), quiet.to.clone(), quiet.zone.clone()]
            }),
            retention: options.retention_days.to_string(),
            keep_passwords: options.keep_passwords,
            forget_servers: false,
            revision: project.revision,
        }
    }

    /// Puts it into a project; whatever is no number is 0, which the project refuses with the remedy.
    fn apply(&self, project: &mut Project) {
        self.name.clone_into(&mut project.name);
        self.contact.clone_into(&mut project.contact);
        project.revision = self.revision;
        if self.forget_servers {
            (project.source, project.destination) = (None, None);
        }
        let options = &mut project.options;
        options.migration.kinds =
            kinds::carried(&self.kinds, types(project.source.as_ref(), project.destination.as_ref()));
        let number = |text: &str| text.parse().unwrap_or(0);
        options.migrations_at_once = number(&self.at_once);
        options.requests_per_server = number(&self.per_server);
        options.requests_at_once = number(&self.requests);
        options.retention_days = number(&self.retention);
        options.keep_passwords = self.keep_passwords;
        options.bandwidth = (!self.bandwidth.is_empty())
            .then(|| self.bandwidth.parse::<u64>().unwrap_or(0).saturating_mul(KILOBYTE));
        let [from, to, zone] = &self.quiet;
        let zone = if zone.is_empty() { "UTC" } else { zone };
        options.quiet_hours = (!from.is_empty() || !to.is_empty()).then(|| QuietHours::new(from, to, zone));
    }
}

/// The types of a project's servers, if it has any.
fn types<'a>(source: Option<&'a AccountSpec>, destination: Option<&'a AccountSpec>) -> [Option<&'a str>; 2] {
    [source, destination].map(|server| server.map(|server| server.server_type.as_str()))
}

fn template(visit: &Visit, project: &Project, form: &Form, wrong: &Wrong) -> Options {
    let words = visit.words;
    let number =
        |name, label, value: &str| Field::text(name, label, value).kind("number").needed().wrong(wrong);
    let [from, to, zone] = &form.quiet;
    Options {
        frame: Frame::inside(visit, project, Tab::Options),
        kinds: Kinds::new(
            words,
            &form.kinds,
            types(project.source.as_ref(), project.destination.as_ref()),
            wrong,
        ),
        about: vec![
            Field::text("name", words.project_name, &*form.name).needed().wrong(wrong),
            Field::text("contact", words.contact, &*form.contact).kind("email").needed().wrong(wrong),
        ],
        limits: vec![
            number("migrations-at-once", words.at_once, &form.at_once),
            number("requests-at-once", words.requests_at_once, &form.requests),
            number("requests-per-server", words.requests_per_server, &form.per_server),
            Field::text("bandwidth", words.bandwidth, &*form.bandwidth).kind("number").wrong(wrong),
            number("retention-days", words.retention, &form.retention),
        ],
        quiet: vec![
            Field::text("quiet-hours.from", words.quiet_from, from).kind("time").wrong(wrong),
            Field::text("quiet-hours.to", words.quiet_to, to).kind("time").wrong(wrong),
            Field::text("quiet-hours.zone", words.quiet_zone, zone).hint("Europe/Paris").wrong(wrong),
        ],
        keep_passwords: form.keep_passwords,
        servers: [&project.source, &project.destination]
            .into_iter()
            .flatten()
            .map(AccountSpec::label)
            .collect(),
        revision: form.revision,
        trouble: wrong.of("form").or_else(|| wrong.summary(words)),
    }
}

pub(crate) async fn show(Inside { visit, project }: Inside, Query(said): Query<Said>) -> Answer {
    let mut template = template(&visit, &project, &Form::known(&project), &Wrong::default());
    template.frame = template.frame.saying(said.said.as_deref());
    page(&visit, &template)
}

/// Changes them, while migrations run; unless somebody else has changed them meanwhile.
pub(crate) async fn change(Sent { visit, fields }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let (mut changed, mut wrong) = (project.clone(), Wrong::default());
    let mut form = Form::of(&fields, &visit, &mut wrong);
    form.apply(&mut changed);
    wrong.invalid(changed.check());
    if wrong.is_empty() {
        match visit.house.stores.projects.change(&changed, &by(&visit.house)).await {
            Ok(_) => return Ok(to(&visit.house, "/project/options?said=options-kept")),
            Err(error) if error.kind() == ErrorKind::Config => {
                // Whoever saves again has been told.
                form.revision = project.revision;
                wrong.add("form", visit.words.changed_meanwhile);
            }
            Err(error) => return Err(error.into()),
        }
    }
    refused(&visit, &template(&visit, &project, &form, &wrong))
}

/// Erases the project with all that is known of it; what is copied stays.
pub(crate) async fn erase_all(house: &House, project: &Project) -> Result<(), Failure> {
    house.stores.projects.erase(&project.id, &by(house)).await?;
    house.uploads.forget(&project.id).await?;
    house.stores.outbox.forget_project(project.id.as_str()).await?;
    clear_away(house).await
}

/// The same, if it is meant.
pub(crate) async fn erase(Sent { visit, fields }: Sent) -> Answer {
    let Inside { visit, project } = visit.inside().await?;
    let house = &visit.house;
    if !fields.ticked("sure") {
        return Ok(to(house, "/project/options?said=not-sure"));
    }
    erase_all(house, &project).await?;
    let mut response = to(house, "/project/manage?said=project-erased");
    response.headers_mut().append(header::SET_COOKIE, cookies::forgotten(house, cookies::SESSION));
    Ok(response)
}
