//! How each turn ended, written down.

use super::{Crew, Ended};
use crate::{
    observe::trace,
    store::{Change, State},
    work::{Worker, ending::Ending},
};
use omm_core::Result;

impl Worker {
    /// Writes down how a turn ended, and erases the passwords of what is done.
    ///
    /// Where the store cannot be asked it is kept, and noted as soon as it can be: a password that was refused would be shown
    /// again otherwise, by whoever takes the migration up.
    pub(in crate::work) async fn note_end(&self, crew: &mut Crew<'_>, ended: Ended) -> Result<()> {
        crew.ended.push_back(ended);
        self.note_ends(crew).await
    }

    /// Writes down what could not be written down before.
    pub(in crate::work) async fn note_ends(&self, crew: &mut Crew<'_>) -> Result<()> {
        while let Some(ended) = crew.ended.front() {
            self.note_one(crew, ended).await?;
            let noted = crew.ended.pop_front().and_then(|ended| crew.taken.remove(&ended.key));
            if let Some(taken) = noted {
                crew.full.remove(&taken.project);
            }
        }
        Ok(())
    }

    async fn note_one(&self, crew: &Crew<'_>, Ended { key, ending }: &Ended) -> Result<()> {
        let Some(taken) = crew.taken.get(key) else { return Ok(()) };
        if let Some(progress) = taken.handle.last() {
            self.desk.turns.note(vec![(*key, progress)]).await?;
        }
        let keeps = crew.known.get(&taken.project).is_none_or(|known| known.project.options.keep_passwords);
        let erases_passwords = ending.state == State::Done && !keeps;
        let changes = vec![(*key, Change::Ended(Ending { erases_passwords, ..ending.clone() }))];
        // Given back before it can be somebody else's turn. What is not runs out by itself.
        trace::passed_over("what is held could not be given back", self.desk.journals.keep().await);
        match self.desk.turns.change_migrations(&taken.project, changes, &self.by()).await {
            // It was erased meanwhile, and this with it.
            Err(_) if self.desk.turns.project(&taken.project).await?.is_none() => Ok(()),
            answer => answer.map(drop),
        }
    }
}
