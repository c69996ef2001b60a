//! `imapd.conf` and `cyrus.conf` from [`Settings`].

use super::{ADMIN, Namespace, PROXY, Ports, Programs, Settings};
use std::{fs, io, path::Path};

const ROOMS: [&str; 14] = [
    "spool",
    "sieve",
    "run/proc",
    "run/lock",
    "run/socket",
    "config/db",
    "config/log",
    "config/msg",
    "config/proc",
    "config/ptclient",
    "config/quota",
    "config/socket",
    "config/user",
    "config/lock",
];

pub(super) fn write(
    directory: &Path,
    settings: &Settings,
    ports: Ports,
    programs: &Programs,
) -> io::Result<()> {
    for room in ROOMS {
        fs::create_dir_all(directory.join(room))?;
    }
    fs::write(directory.join("imapd.conf"), imapd(directory, settings))?;
    fs::write(directory.join("cyrus.conf"), services(directory, ports, programs))
}

fn imapd(directory: &Path, settings: &Settings) -> String {
    let here = directory.display();
    let alternative = if settings.namespace == Namespace::Alternative { "yes" } else { "no" };
    let (admin, proxy, largest) = (ADMIN.0, PROXY.0, settings.largest_message);
    format!(
        "configdirectory: {here}/config
partition-default: {here}/spool
defaultpartition: default
proc_path: {here}/run/proc
mboxname_lockpath: {here}/run/lock
idlesocket: {here}/run/socket/idle
lmtpsocket: {here}/run/socket/lmtp
notifysocket: {here}/run/socket/notify
sievedir: {here}/sieve
hashimapspool: no
admins: {admin}
proxyservers: {proxy}
altnamespace: {alternative}
unixhierarchysep: {alternative}
virtdomains: off
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {here}/sasldb2
sasl_mech_list: PLAIN LOGIN
sasl_auto_transition: no
autocreate_quota: 0
tls_server_cert: {here}/cert.pem
tls_server_key: {here}/key.pem
tls_session_timeout: 0
syslog_prefix: omm-test
failedloginpause: 0
popminpoll: 0
maxmessagesize: {largest}
expunge_mode: immediate
delete_mode: immediate
reject8bit: no
munge8bit: no
specialusealways: yes
servername: localhost
umask: 077
"
    )
}

fn services(directory: &Path, ports: Ports, programs: &Programs) -> String {
    let config = directory.join("imapd.conf");
    let line = |name: &str, program: &Path, extra: &str, port: u16| {
        format!(
            "  {name} cmd=\"{} -C {} {extra}-U 30\" listen=\"127.0.0.1:{port}\" prefork=0 maxchild=200\n",
            program.display(),
            config.display()
        )
    };
    let services = [
        line("imap", &programs.imapd, "", ports.imap),
        line("imaps", &programs.imapd, "-s ", ports.imaps),
        line("pop3", &programs.pop3d, "", ports.pop3),
        line("pop3s", &programs.pop3d, "-s ", ports.pop3s),
    ];
    let (recover, config) = (programs.ctl_cyrusdb.display(), config.display());
    format!(
        "START {{\n  recover cmd=\"{recover} -C {config} -r\"\n}}\nSERVICES {{\n{}}}\nEVENTS {{\n}}\n",
        services.concat()
    )
}
