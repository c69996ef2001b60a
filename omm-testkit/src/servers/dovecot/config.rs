//! `dovecot.conf` (2.3) from [`Settings`].

use super::{Fsync, MASTER, PASSWORD, Ports, Settings, Storage, Tls};
use std::{
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
};

pub(super) fn path(directory: &Path) -> PathBuf {
    directory.join("dovecot.conf")
}

/// Writes the configuration and makes the directories. As root the mail is given to the user `mail`; otherwise
/// everything runs as whoever we are.
pub(super) fn write(directory: &Path, settings: &Settings, ports: Ports) -> io::Result<()> {
    for room in ["run", "state", "mail"] {
        fs::create_dir_all(directory.join(room))?;
    }
    let (master, password) = MASTER;
    fs::write(directory.join("master"), format!("{master}:{{PLAIN}}{password}::::::\n"))?;
    // The temporary directory is ours alone; the login and mail users must be able to walk through.
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755))?;
    let owner = fs::metadata(directory)?;
    let is_root = owner.uid() == 0;
    if is_root {
        let mail = directory.join("mail");
        let given = Command::new("chown").arg("mail:mail").arg(&mail).status()?;
        if !given.success() {
            return Err(io::Error::other("there is no user mail to give the mail to"));
        }
    }
    let users = if is_root { Users::root() } else { Users::only(owner.uid(), owner.gid())? };
    let parts = [
        general(directory, settings, &users),
        who(directory, &users),
        folders(settings),
        listeners(settings, ports),
        plugins(settings),
    ];
    fs::write(path(directory), parts.join("\n"))
}

struct Users {
    user: String,
    group: String,
    extra: String,
}

impl Users {
    fn root() -> Self {
        Self { user: "mail".to_owned(), group: "mail".to_owned(), extra: String::new() }
    }

    /// Rootless: every part runs as us, and nothing is shut into a directory.
    fn only(user: u32, group: u32) -> io::Result<Self> {
        let (user, group) = (name_of("passwd", user)?, name_of("group", group)?);
        let extra = format!(
            "default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
             service anvil {{\n  chroot =\n}}\nservice stats {{\n  chroot =\n}}\n"
        );
        Ok(Self { user, group, extra })
    }
}

/// Dovecot wants names in some of these settings.
fn name_of(database: &str, id: u32) -> io::Result<String> {
    let output = Command::new("getent").args([database, &id.to_string()]).output()?;
    let entry = String::from_utf8_lossy(&output.stdout).into_owned();
    match entry.split(':').next() {
        Some(name) if !name.is_empty() => Ok(name.to_owned()),
        _ => Err(io::Error::other(format!("{id} has no name in {database}"))),
    }
}

fn general(directory: &Path, settings: &Settings, users: &Users) -> String {
    let (here, listen) = (directory.display(), super::address(settings));
    let ssl = match settings.tls {
        Tls::Offered => "yes",
        Tls::Required => "required",
        Tls::Absent => "no",
    };
    let plaintext = if settings.tls == Tls::Required { "yes" } else { "no" };
    let location = match settings.storage {
        Storage::Sdbox => "sdbox:~/sdbox",
        Storage::Mdbox => "mdbox:~/mdbox",
        Storage::Maildir => "maildir:~/Maildir:LAYOUT=fs",
        Storage::MaildirPlusPlus => "maildir:~/Maildir",
    };
    let fsync = match settings.fsync {
        Fsync::Never => "never",
        Fsync::Optimized => "optimized",
        Fsync::Always => "always",
    };
    let capabilities = match (&settings.capabilities, settings.largest_message) {
        (Some(whole), _) => format!("imap_capability = {whole}"),
        (None, Some(bytes)) => format!("imap_capability = +APPENDLIMIT={bytes}"),
        (None, None) => String::new(),
    };
    let Users { user, group, extra } = users;
    let connections = settings.connections_per_user;
    format!(
        "base_dir = {here}/run
state_dir = {here}/state
log_path = {here}/log
listen = {listen}
protocols = imap pop3
disable_plaintext_auth = {plaintext}
auth_mechanisms = plain login scram-sha-256
auth_master_user_separator = *
auth_failure_delay = 0
ssl = {ssl}
ssl_cert = <{here}/cert.pem
ssl_key = <{here}/key.pem
ssl_dh =
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_home = {here}/mail/%u
mail_location = {location}
mail_fsync = {fsync}
mail_max_userip_connections = {connections}
default_vsz_limit = 1G
default_process_limit = 1000
default_client_limit = 4000
{capabilities}
{extra}"
    )
}

fn who(directory: &Path, users: &Users) -> String {
    let here = directory.display();
    let Users { user, group, .. } = users;
    // Tests give wrong passwords on purpose; the growing pause after them is switched off.
    format!(
        "passdb {{
  driver = passwd-file
  args = scheme=PLAIN {here}/master
  master = yes
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={here}/mail/%u allow_all_users=yes
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener auth-userdb {{
    mode = 0666
  }}
}}"
    )
}

fn folders(settings: &Settings) -> String {
    let declared: String = ["Archive", "Drafts", "Junk", "Sent", "Trash"]
        .map(|role| format!("  mailbox {role} {{\n    special_use = \\{role}\n  }}\n"))
        .concat();
    let separator = settings.separator;
    format!("namespace inbox {{\n  inbox = yes\n  separator = {separator}\n{declared}}}")
}

fn listeners(settings: &Settings, ports: Ports) -> String {
    let has_tls = settings.tls != Tls::Absent;
    let listener = |name: &str, port: u16, ssl: &str| {
        format!("  inet_listener {name} {{\n    port = {port}\n{ssl}  }}\n")
    };
    let service = |name: &str, clear: u16, secure: u16| {
        let secure = if has_tls { secure } else { 0 };
        format!(
            "service {name}-login {{\n  service_count = 0\n  process_min_avail = 1\n  chroot =\n{}{}}}\n",
            listener(name, clear, ""),
            listener(&format!("{name}s"), secure, "    ssl = yes\n"),
        )
    };
    service("imap", ports.imap, ports.imaps) + &service("pop3", ports.pop3, ports.pop3s)
}

fn plugins(settings: &Settings) -> String {
    let has_quota = settings.quota_bytes.is_some() || settings.largest_message.is_some();
    let mut plugins = vec!["zlib"];
    let mut imap_plugins = Vec::new();
    let mut facts = String::new();
    if settings.compress {
        imap_plugins.push("imap_zlib");
    }
    if has_quota {
        plugins.push("quota");
        imap_plugins.push("imap_quota");
        facts.push_str("  quota = count:User quota\n  quota_vsizes = yes\n  quota_grace = 0\n");
        if let Some(bytes) = settings.quota_bytes {
            facts.push_str(&format!("  quota_rule = *:storage={bytes}B\n"));
        }
        if let Some(bytes) = settings.largest_message {
            facts.push_str(&format!("  quota_max_mail_size = {bytes}B\n"));
        }
    }
    if settings.rights {
        plugins.push("acl");
        imap_plugins.push("imap_acl");
        facts.push_str("  acl = vfile\n");
    }
    format!(
        "mail_plugins = {}\nprotocol imap {{\n  mail_plugins = $mail_plugins {}\n}}\nplugin {{\n{facts}}}\n",
        plugins.join(" "),
        imap_plugins.join(" ")
    )
}
