//! Native forms: items as one family of servers keeps them, which another of the family takes in whole.
//!
//! An interchange form holds what everybody understands; what only the family understands is lost in it. So an item that
//! two accounts of one family hand over carries both: the native form is what its copy is made of, the interchange form is
//! what it is known by. Digest and size in the journal are always those of the interchange form, so that a later run that
//! travels otherwise knows the item again; and it is there to be sent if the native form is refused.
//!
//! What a look at such a copy proves: *listed*, that it is there, with the destination's mark of what was sent; *read back*, that
//! the destination says of it in the interchange form, byte for byte, what the source said. That the rest has come along as well
//! rests on the family's word: two streams of one item need not be equal, so that they are not compared.

use super::{Body, NativeForm, NativeKey};

/// An item in a native form, beside its interchange form.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Native {
    /// Which form: both sides have named it.
    pub form: NativeForm,
    /// What a copy made of it is known by, before anything else is written to that copy.
    pub key: NativeKey,
    /// The bytes, which only the family reads.
    pub body: Body,
    /// What the interchange form does not hold of this item, a line each: told only if it is sent in that one after all.
    pub spared: Vec<String>,
}

impl Native {
    /// An item in this form.
    pub fn new(form: NativeForm, key: NativeKey, body: Body) -> Self {
        Self { form, key, body, spared: Vec::new() }
    }
}
