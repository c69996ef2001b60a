//! Workers, each a process of its own.

use crate::town::Town;
use std::{
    cell::Cell,
    process::{Child, Stdio},
};

pub(crate) struct Staff<'a> {
    town: &'a Town,
    all: Vec<(String, Child)>,
    hired: Cell<usize>,
    at_once: usize,
}

impl<'a> Staff<'a> {
    pub(crate) fn new(town: &'a Town, workers: usize) -> Self {
        Self::each(town, workers, 20)
    }

    /// Workers of whom each has at most so many migrations at work.
    pub(crate) fn each(town: &'a Town, workers: usize, at_once: usize) -> Self {
        let mut staff = Self { town, all: Vec::new(), hired: Cell::new(0), at_once };
        staff.more(workers);
        staff
    }

    pub(crate) fn more(&mut self, workers: usize) {
        for _ in 0..workers {
            let worker = self.hire();
            self.all.push(worker);
        }
    }

    fn hire(&self) -> (String, Child) {
        self.hired.set(self.hired.get() + 1);
        let name = format!("worker{}", self.hired.get());
        let at_once = self.at_once.to_string();
        let terms = ["--lease", "4", "--margin", "5", "--grace", "5", "--connections", "6"];
        let words = [&["worker", "--name", &name, "--workers", &at_once], &terms[..]].concat();
        let mut command = self.town.command(&words);
        (name, command.stdout(Stdio::null()).spawn().unwrap())
    }

    pub(crate) fn name(&self, at: usize) -> &str {
        &self.all[at].0
    }

    pub(crate) fn signal(&self, at: usize, signal: &str) {
        let process = self.all[at].1.id().to_string();
        let sent =
            std::process::Command::new("kill").args([&format!("-{signal}"), &process]).status().unwrap();
        assert!(sent.success(), "{signal} to {process}");
    }

    /// Killed, and another one comes.
    pub(crate) fn replace(&mut self, at: usize) {
        let (_, child) = &mut self.all[at];
        child.kill().unwrap();
        child.wait().unwrap();
        self.all[at] = self.hire();
    }

    /// Asked to end; gives how it ended.
    pub(crate) fn end(&mut self, at: usize, signal: &str) -> Option<i32> {
        self.signal(at, signal);
        let (_, mut child) = self.all.remove(at);
        child.wait().unwrap().code()
    }

    pub(crate) fn dismiss(mut self) {
        while !self.all.is_empty() {
            assert_eq!(self.end(0, "TERM"), Some(0));
        }
    }
}

impl Drop for Staff<'_> {
    fn drop(&mut self) {
        for (_, child) in &mut self.all {
            // Gone already, perhaps.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
