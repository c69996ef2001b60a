//! What a session learns from what it hears.

use super::Session;
use crate::{
    capability::Capabilities,
    error::has_run_out,
    proto::{Code, Event, Response, Status, StatusKind},
    selected::Selected,
};

impl Session {
    /// What is true of the connection after an event, whoever it was meant for.
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Response(Response::Capability(words)) => {
                self.capabilities = Capabilities::new(words);
            }
            Event::Response(Response::Enabled(words)) => {
                self.enabled.extend(words.iter().map(|word| word.to_ascii_uppercase()));
            }
            Event::Response(Response::Status(status)) => {
                if status.kind == StatusKind::Bye {
                    self.bye = Some(status.clone());
                }
                self.note_status(status);
            }
            Event::Response(Response::Id(fields)) => self.identity.clone_from(fields),
            Event::Response(response) => {
                if let Some(folder) = self.folder_spoken_of() {
                    folder.note(response);
                }
            }
            Event::Greeting(greeting) => self.note_status(&greeting.status),
            Event::Done(outcome) => {
                // The bytes that were announced are due even after an early NO; then `fill` sees when nothing is.
                if !self.client.is_mid_body() {
                    self.uploads.remove(&outcome.tag);
                }
                self.refusals += u32::from(outcome.status.kind != StatusKind::Ok);
                self.has_run_out |= has_run_out(&outcome.status);
                self.note_status(&outcome.status);
                if let Some((_, folder)) = self.selecting.take_if(|(tag, _)| *tag == outcome.tag) {
                    // RFC 9051 §6.3.2: after a NO, nothing is open.
                    self.selected = (outcome.status.kind == StatusKind::Ok).then_some(folder);
                }
            }
            Event::BodyBegins { .. } | Event::BodyData(_) | Event::Continuation(_) => {}
        }
    }

    fn note_status(&mut self, status: &Status) {
        match &status.code {
            Some(Code::Capability(words)) => self.capabilities = Capabilities::new(words),
            // RFC 7162 §3.2.11: what came before it was about the folder that was open until then.
            Some(Code::Closed) => {
                self.selected = None;
                if let Some((_, folder)) = &mut self.selecting {
                    *folder = Selected::new(&folder.name, folder.examined);
                }
            }
            Some(code) => {
                if let Some(folder) = self.folder_spoken_of() {
                    folder.note_code(code);
                }
            }
            None => {}
        }
    }

    /// The folder that untagged data is about.
    fn folder_spoken_of(&mut self) -> Option<&mut Selected> {
        self.selecting.as_mut().map(|(_, folder)| folder).or(self.selected.as_mut())
    }
}
