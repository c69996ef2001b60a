//! What a fresh machine lacks: installed where that is ours to do, otherwise named.

use crate::run::{self, Outcome, must};
use anyhow::Result;
use std::path::Path;

/// Debian packages that tests need: the real servers, programs that fetch from the mocks, and a second opinion
/// on certificates and PST files. Without one of them its tests say `skipped`.
const PACKAGES: [&str; 18] = [
    "dovecot-imapd",
    "dovecot-pop3d",
    "cyrus-common",
    "cyrus-admin",
    "sasl2-bin",
    "libsasl2-modules",
    "libsasl2-modules-db",
    "chromium",
    "chromium-driver",
    "isync",
    "offlineimap3",
    "fetchmail",
    "getmail6",
    "openssl",
    "pff-tools",
    "postgresql",
    "pst-utils",
    "python3-venv",
];
/// Debian lets one IMAP server be installed at a time; what Cyrus lacks then is unpacked beside it.
const BESIDE: [&str; 2] = ["cyrus-imapd", "cyrus-pop3d"];
/// Where to. The tests look there, below `OMM_CYRUS` before, and where the package would have put it.
const UNPACKED: &str = "/opt/omm-cyrus";
const IMAPD: &str = "usr/lib/cyrus/bin/imapd";
/// What the tests build and leave behind, in KiB; without the state for building again (CARGO_INCREMENTAL=0), which takes 6 GB more.
const BUILT: u64 = 10 << 20;

/// Says how much room there is. A full disk shows later, as whatever could not be written.
pub(crate) fn room() -> Result<Outcome> {
    let target = run::target_directory()?;
    let (_, table) = run::heard(run::command("df", &["-Pk"]).arg(&target))?;
    let free = table.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    let Some(free) = free else {
        return Ok(Outcome::Skipped("df does not say how much room there is".to_owned()));
    };
    println!("  {} GiB free; from nothing the tests build about {} GiB", free >> 20, BUILT >> 20);
    if free < BUILT {
        println!("  should it run out: make room, or name another disk by CARGO_TARGET_DIR");
    }
    Ok(Outcome::Done)
}

/// Installs the packages that are missing, and unpacks Cyrus beside Dovecot. Without root or without a network it says
/// so, and the tests of what is missing are skipped.
pub(crate) fn system() -> Result<Outcome> {
    let missing: Vec<&str> = PACKAGES.into_iter().filter(|package| !is_installed(package)).collect();
    let mut left_out = Vec::new();
    if missing.is_empty() {
        println!("  nothing: every Debian package that the tests need is there ({} needed)", PACKAGES.len());
    } else {
        left_out.extend(packages(&missing));
    }
    left_out.extend(cyrus());
    left_out.extend(axe());
    left_out.extend(client());
    if left_out.is_empty() { Ok(Outcome::Done) } else { Ok(Outcome::Skipped(left_out.join("; "))) }
}

/// Why the packages could not be installed, unless they were.
fn packages(missing: &[&str]) -> Option<String> {
    let names = missing.join(" ");
    if !is_root() {
        return Some(format!("not root; please run: apt-get install {names}"));
    }
    println!("  installing {names}");
    println!(
        "  (Debian starts the servers it installs; the tests use none of these, only instances of their own)"
    );
    // What cannot be updated may be there all the same.
    let _ = must(&mut run::command("apt-get", &["update", "--quiet"]));
    // No package of somebody else's server is removed for ours.
    let options = ["install", "--yes", "--quiet", "--no-install-recommends", "--no-remove"];
    let arguments: Vec<&str> = options.into_iter().chain(missing.iter().copied()).collect();
    let installed = must(run::command("apt-get", &arguments).env("DEBIAN_FRONTEND", "noninteractive"));
    installed.err().map(|error| format!("{error:#}; what needs {names} is skipped"))
}

/// Why Cyrus could not be had, unless it is there.
fn cyrus() -> Option<String> {
    let named = std::env::var_os("OMM_CYRUS");
    let mut roots = named.iter().map(Path::new).chain([Path::new(UNPACKED), Path::new("/")]);
    if let Some(root) = roots.find(|root| root.join(IMAPD).is_file()) {
        println!("  nothing: Cyrus is below {}", root.display());
        return None;
    }
    if !is_root() {
        return Some("not root, so Cyrus can neither be unpacked nor run".to_owned());
    }
    println!("  unpacking {} below {UNPACKED}, beside Dovecot", BESIDE.join(" and "));
    unpack().err().map(|error| format!("{error:#}; what needs Cyrus is skipped"))
}

/// What looks at pages with the eyes of those who do not see them. No package of Debian has it, and no browser.
const AXE: &str = "axe-core@4.14.1";

/// Why axe could not be had, unless it is there: the tests of the panel look for it in the target directory.
fn axe() -> Option<String> {
    let fetch = || -> Result<()> {
        let directory = run::target_directory()?.join("axe-core");
        if directory.join("package/axe.min.js").is_file() {
            return Ok(());
        }
        println!("  fetching {AXE}");
        std::fs::create_dir_all(&directory)?;
        must(run::command("npm", &["pack", AXE, "--silent"]).current_dir(&directory))?;
        for entry in std::fs::read_dir(&directory)? {
            let packed = entry?.path();
            if packed.extension().is_some_and(|ending| ending == "tgz") {
                must(run::command("tar", &["-xzf"]).arg(packed).current_dir(&directory))?;
            }
        }
        Ok(())
    };
    fetch().err().map(|error| format!("{error:#}; pages are not looked at by axe"))
}

/// What makes a client of the panel's document. No package of Debian has it.
const CLIENT: &str = "openapi-python-client==0.29.1";

/// Why it could not be had, unless it is there: in a Python of its own, where the tests of the panel look for it.
fn client() -> Option<String> {
    let fetch = || -> Result<()> {
        let directory = run::target_directory()?.join("openapi-client");
        if directory.join("bin/openapi-python-client").is_file() {
            return Ok(());
        }
        println!("  fetching {CLIENT}");
        must(run::command("python3", &["-m", "venv"]).arg(&directory))?;
        let install =
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
        must(std::process::Command::new(directory.join("bin/python")).args(install).arg(CLIENT)).map(drop)
    };
    fetch().err().map(|error| format!("{error:#}; no client is made of the panel's document"))
}

fn unpack() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let download: Vec<&str> = ["download", "--quiet"].into_iter().chain(BESIDE).collect();
    let fetch = || must(run::command("apt-get", &download).current_dir(&directory));
    // Lists that are old name versions that are gone.
    fetch().or_else(|_| must(&mut run::command("apt-get", &["update", "--quiet"])).and_then(|_| fetch()))?;
    for entry in std::fs::read_dir(&directory)? {
        let package = entry?.path();
        must(run::command("dpkg-deb", &["-x"]).arg(package).arg(UNPACKED))?;
    }
    Ok(())
}

/// Sees to it that a component of the toolchain is there; otherwise why not.
pub(crate) fn component(name: &str) -> Option<String> {
    let subcommand = if name == "rustfmt" { "fmt" } else { name };
    let is_there = || run::heard(&mut run::cargo(&[subcommand, "--version"])).is_ok_and(|(good, _)| good);
    if is_there() {
        return None;
    }
    println!("  {name} is missing; asking rustup for it");
    let _ = must(&mut run::command("rustup", &["component", "add", name]));
    (!is_there()).then(|| format!("{name} is missing (rustup component add {name})"))
}

fn is_installed(package: &str) -> bool {
    let query = run::heard(&mut run::command("dpkg-query", &["--show", "--showformat=${Status}", package]));
    query.is_ok_and(|(good, status)| good && status.contains("install ok installed"))
}

fn is_root() -> bool {
    run::heard(&mut run::command("id", &["-u"])).is_ok_and(|(_, id)| id.trim() == "0")
}
