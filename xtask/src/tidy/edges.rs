//! Architecture as a test: which crate of ours may depend on which.

use super::sources::{SourceFile, Tree};
use anyhow::{Context, Result};
use toml::{Table, Value};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Core,
    Connector,
    Content,
    Discover,
    Mapi,
    Net,
    Store,
    Project,
    SharedProject,
    Facade,
    Testkit,
    Example,
    Fuzz,
    Task,
}

/// The arrows of the design: connectors, stores, net, mapi → core; connectors, discover → net; connectors → mapi → content;
/// project → core, stores, net (its notices leave by it); projects in a database → project, core, stores; omm → all of these;
/// examples → omm, testkit; fuzz targets → connectors, discover, mapi, content, project. The testkit may be a dev-dependency of
/// everybody.
fn allowed(from: Room, to: Room, dev: bool) -> bool {
    use Room::*;
    match (from, to) {
        (_, Testkit) if dev => true,
        (Connector | Discover | Mapi | Net | Store | Testkit, Core) => true,
        (Connector, Content | Mapi) | (Mapi, Content) => true,
        (Connector | Discover | Project, Net) => true,
        (Project, Core | Store) => true,
        (SharedProject, Core | Store | Project) => true,
        (Facade, Core | Connector | Discover | Store | Project | SharedProject) => true,
        // The panel's `--demo` runs mock servers.
        (Example, Facade | Testkit) => true,
        (Fuzz, Connector | Content | Discover | Mapi | Project) => true,
        _ => false,
    }
}

fn room(name: &str, path: &str) -> Room {
    match name {
        _ if path.starts_with("examples/") || path.starts_with("benches/") => Room::Example,
        _ if path.starts_with("fuzz/") => Room::Fuzz,
        "xtask" => Room::Task,
        "omm" => Room::Facade,
        "omm-core" => Room::Core,
        "omm-discover" => Room::Discover,
        "omm-content" => Room::Content,
        "omm-mapi" => Room::Mapi,
        "omm-net" => Room::Net,
        "omm-testkit" => Room::Testkit,
        "omm-project" => Room::Project,
        "omm-project-postgres" => Room::SharedProject,
        _ if name.starts_with("omm-store") => Room::Store,
        _ => Room::Connector,
    }
}

/// A crate of ours.
struct Crate {
    name: String,
    path: String,
    manifest: Table,
}

/// Dependencies between crates of ours that the design does not have.
pub(super) fn forbidden_edges(tree: &Tree) -> Result<Vec<String>> {
    let manifests = tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    let crates: Vec<Crate> = manifests.map(read).collect::<Result<_>>()?;
    let mut complaints = Vec::new();
    for from in &crates {
        for (on, dev) in dependencies(&from.manifest) {
            let Some(to) = crates.iter().find(|to| to.name == on) else { continue };
            // Its own tests may want features of a crate that are off unless asked for.
            if dev && on == from.name {
                continue;
            }
            if !allowed(room(&from.name, &from.path), room(&to.name, &to.path), dev) {
                let how = if dev { "dev-depends" } else { "depends" };
                complaints.push(format!("{}: {} {how} on {on}", from.path, from.name));
            }
        }
    }
    Ok(complaints)
}

fn read(file: &SourceFile) -> Result<Crate> {
    let manifest: Table = file.text.parse().with_context(|| format!("read {}", file.path))?;
    let name = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
    let name = name.with_context(|| format!("{} names no package", file.path))?.to_owned();
    Ok(Crate { name, path: file.path.clone(), manifest })
}

/// Package names, and whether it is a dev-dependency; those of single targets included.
fn dependencies(manifest: &Table) -> Vec<(String, bool)> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let tables = targets.into_iter().flat_map(|targets| targets.values().filter_map(Value::as_table));
    let mut found = Vec::new();
    for table in std::iter::once(manifest).chain(tables) {
        for (section, dev) in
            [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)]
        {
            let entries = table.get(section).and_then(Value::as_table).into_iter().flatten();
            found.extend(entries.map(|(name, how)| (package(name, how), dev)));
        }
    }
    found
}

/// A dependency may go by another name.
fn package(name: &str, how: &Value) -> String {
    how.get("package").and_then(Value::as_str).unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(name: &str, path: &str, section: &str, on: &str) -> usize {
        let ours = format!("[package]\nname = \"{name}\"\n[{section}]\n{on}\n");
        let files = [
            (path, ours.as_str()),
            ("omm-core/Cargo.toml", "[package]\nname = \"omm-core\""),
            ("omm-discover/Cargo.toml", "[package]\nname = \"omm-discover\""),
            ("omm-files/Cargo.toml", "[package]\nname = \"omm-files\""),
            ("omm-store/Cargo.toml", "[package]\nname = \"omm-store\""),
            ("omm-testkit/Cargo.toml", "[package]\nname = \"omm-testkit\""),
            ("omm/Cargo.toml", "[package]\nname = \"omm\""),
        ];
        forbidden_edges(&Tree::of(&files)).expect("manifests are good").len()
    }

    #[test]
    fn sideways_and_upward_edges_are_found() {
        for (name, path, section, on, expected) in [
            ("omm-imap", "omm-imap/Cargo.toml", "dependencies", "omm-core.workspace = true", 0),
            ("omm-imap", "omm-imap/Cargo.toml", "dependencies", "omm-files.workspace = true", 1),
            ("omm-imap", "omm-imap/Cargo.toml", "dependencies", "x = { package = \"omm-store\" }", 1),
            ("omm-imap", "omm-imap/Cargo.toml", "target.'cfg(unix)'.dependencies", "omm = \"1\"", 1),
            ("omm-imap", "omm-imap/Cargo.toml", "dev-dependencies", "omm-testkit.workspace = true", 0),
            ("omm-imap", "omm-imap/Cargo.toml", "dependencies", "omm-testkit.workspace = true", 1),
            ("omm-imap", "omm-imap/Cargo.toml", "dev-dependencies", "omm-imap = { path = \".\" }", 0),
            ("omm-fuzz", "fuzz/Cargo.toml", "dependencies", "omm-files = { path = \"../omm-files\" }", 0),
            ("omm-fuzz", "fuzz/Cargo.toml", "dependencies", "omm-store = { path = \"../omm-store\" }", 1),
            (
                "omm-store-postgres",
                "omm-store-postgres/Cargo.toml",
                "dependencies",
                "omm-core.workspace = true",
                0,
            ),
            (
                "omm-store-postgres",
                "omm-store-postgres/Cargo.toml",
                "dependencies",
                "omm-store.workspace = true",
                1,
            ),
            ("panel", "examples/panel/Cargo.toml", "dependencies", "omm.workspace = true", 0),
            ("panel", "examples/panel/Cargo.toml", "dependencies", "omm-core.workspace = true", 1),
            ("omm-project", "omm-project/Cargo.toml", "dependencies", "omm-files.workspace = true", 1),
            (
                "omm-project-postgres",
                "omm-project-postgres/Cargo.toml",
                "dependencies",
                "omm-files.workspace = true",
                1,
            ),
            ("omm", "omm/Cargo.toml", "dependencies", "omm-discover.workspace = true", 0),
            ("omm-discover", "omm-discover/Cargo.toml", "dependencies", "omm-files.workspace = true", 1),
            ("omm-imap", "omm-imap/Cargo.toml", "dependencies", "omm-discover.workspace = true", 1),
        ] {
            assert_eq!(complaints(name, path, section, on), expected, "{name} [{section}] {on}");
        }
    }
}
