//! What is done for items that need several requests, or are several items in Exchange. Until the last request the first one is
//! marked as a part, so that half of it is never taken for the whole.
//!
//! 1. for each of them: CreateItem, with the mark of a part; MoveItem, where the folder takes no new items of its kind;
//!    CreateAttachment for its files; UpdateItem for the occurrences that differ, and CreateAttachment for their files;
//!    DeleteItem for the occurrences that are not
//! 2. UpdateItem: the first one is marked as whole

use crate::{
    convert::{self, Changed, Deleted, Schema},
    ops::NewAttachment,
};
use omm_core::model::Body;

/// What is done to make one item of Exchange.
pub(super) struct Steps {
    pub(super) master: convert::Draft,
    /// The folder of every mailbox in which it is made, if that is not where it shall be.
    pub(super) workshop: Option<&'static str>,
    pub(super) files: Vec<File>,
    /// Occurrences that differ, with their own files.
    pub(super) changed: Vec<(Changed, Vec<File>)>,
    pub(super) deleted: Vec<Deleted>,
}

/// A file of an item.
pub(super) struct File {
    pub(super) name: String,
    pub(super) media_type: Option<String>,
    /// What the text of the item calls it by that shows it.
    pub(super) content_id: Option<String>,
    pub(super) is_photo: bool,
    pub(super) bytes: Body,
}

impl File {
    pub(super) fn new(name: String, bytes: Body) -> Self {
        Self { name, media_type: None, content_id: None, is_photo: false, bytes }
    }

    pub(super) fn attachment(&self) -> NewAttachment {
        let mut attachment = NewAttachment::file(self.name.clone(), self.bytes.clone());
        (attachment.content_type, attachment.is_contact_photo) = (self.media_type.clone(), self.is_photo);
        attachment.is_inline = self.content_id.is_some();
        attachment.content_id.clone_from(&self.content_id);
        attachment
    }
}

/// One of the things that are done, in their order.
pub(super) enum Step {
    /// An item is made, in this folder of every mailbox if not where it shall be.
    Create(Box<convert::Draft>, Option<&'static str>),
    /// The one that was made last goes where it shall be.
    Move,
    /// It is marked as one of several.
    MarkWith(Schema),
    Attach(File),
    Change(Box<Changed>),
    /// A file of the n-th occurrence that was changed.
    AttachTo(usize, File),
    Delete(Deleted),
    /// The first of so many is marked as whole.
    MarkWhole(Schema, usize),
}

/// All that is done to make an item, which may be several in Exchange.
pub(super) fn steps_of(all: Vec<Steps>) -> Vec<Step> {
    let whole = all.first().map(|first| Step::MarkWhole(first.master.schema(), all.len()));
    let mut steps = Vec::new();
    for (at, one) in all.into_iter().enumerate() {
        let schema = one.master.schema();
        steps.push(Step::Create(Box::new(one.master), one.workshop));
        if one.workshop.is_some() {
            steps.push(Step::Move);
            steps.extend((at > 0).then_some(Step::MarkWith(schema)));
        }
        steps.extend(one.files.into_iter().map(Step::Attach));
        let (changed, files): (Vec<_>, Vec<_>) = one.changed.into_iter().unzip();
        steps.extend(changed.into_iter().map(|changed| Step::Change(Box::new(changed))));
        for (at, files) in files.into_iter().enumerate() {
            steps.extend(files.into_iter().map(|file| Step::AttachTo(at, file)));
        }
        steps.extend(one.deleted.into_iter().map(Step::Delete));
    }
    steps.extend(whole);
    steps
}
