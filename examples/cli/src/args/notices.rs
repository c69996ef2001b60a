//! Who is told what of a project.

use super::{project::KeyFile, values};
use clap::Args;
use omm::project::project::Told;
use std::path::PathBuf;

#[derive(Args, Debug)]
#[command(next_help_heading = "Notices")]
pub(crate) struct Notices {
    /// The server that mails to the contact leave by: smtps://LOGIN@HOST, or smtp://LOGIN@HOST with STARTTLS (to this machine
    /// without a login: plain); `none` for no mails
    #[arg(long, value_name = "URL")]
    pub(crate) mail_server: Option<String>,
    /// Who the mails are from [default: the contact]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) mail_from: Option<String>,
    /// The sender's name for people
    #[arg(long, value_name = "NAME")]
    pub(crate) mail_from_name: Option<String>,
    /// The variable that holds the mail server's password, read for each mail
    #[arg(long, value_name = "VAR", conflicts_with = "mail_password_file")]
    pub(crate) mail_password_env: Option<String>,
    /// The file whose first line is the mail server's password
    #[arg(long, value_name = "PATH")]
    pub(crate) mail_password_file: Option<PathBuf>,
    /// Who is told by signed requests: an https address, sealed if anything stands behind its host; `none` for nobody
    #[arg(long, value_name = "URL")]
    pub(crate) webhook: Option<String>,
    /// The variable that holds that address, read each time
    #[arg(long, value_name = "VAR", conflicts_with_all = ["webhook", "webhook_file"])]
    pub(crate) webhook_env: Option<String>,
    /// The file whose first line is that address
    #[arg(long, value_name = "PATH", conflicts_with = "webhook")]
    pub(crate) webhook_file: Option<PathBuf>,
    /// The variable that holds the secret which requests are signed with: whsec_ and base64
    #[arg(long, value_name = "VAR", conflicts_with = "webhook_secret_file")]
    pub(crate) webhook_secret_env: Option<String>,
    /// The file whose first line is that secret
    #[arg(long, value_name = "PATH")]
    pub(crate) webhook_secret_file: Option<PathBuf>,
    /// Keep the password, the address and the secret here, sealed with the key of --key-file, instead of reading them each time
    #[arg(long, requires = "key_file")]
    pub(crate) seal: bool,
    /// A file of certificates to trust beside the system's, at the mail server and the webhook
    #[arg(long, value_name = "PATH")]
    pub(crate) notices_ca_file: Option<PathBuf>,
    /// The language of mails: en or fr
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
    /// Which events are told: all, or trouble
    #[arg(long, value_name = "WHICH", value_parser = values::told)]
    pub(crate) told: Option<Told>,
    /// Where the project can be seen, for mails: a web address in which {project} stands for its number
    #[arg(long, value_name = "URL")]
    pub(crate) link: Option<String>,
    #[command(flatten)]
    pub(crate) key: KeyFile,
}
