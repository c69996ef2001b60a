//! Scripted faults: what goes wrong, and when.

use std::time::Duration;

/// One thing that goes wrong, once unless said otherwise. Faults that are a matter of bytes are
/// [`super::MockEws::byte_fault`]'s.
#[derive(Clone, Debug)]
pub struct EwsFault {
    pub(super) operation: Option<String>,
    pub(super) nth: u64,
    pub(super) left: Option<u64>,
    pub(super) act: EwsAct,
    seen: u64,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EwsAct {
    /// The request is carried out, its answer lost: the connection closes instead.
    LoseAnswer,
    /// The request is carried out, the answer ends after this many bytes of it and the connection closes.
    Cut(usize),
    /// The connection closes; nothing was done.
    Close,
    /// Nothing was done, and nothing is ever answered.
    Stall,
    /// Nothing was done; this status, these headers, an HTML page.
    Status(u16, Vec<(String, String)>),
    /// The request is carried out, and answered with this status nevertheless, as a proxy does that lost patience.
    StatusAfter(u16),
    /// Nothing was done; a fault.
    Soap(SoapFault),
    /// The n-th item of the request (from 0; nothing: every one) is not done and answered with this response code.
    Code(Option<usize>, String),
    /// The item of this id is not done, wherever it is in the request, and answered with this response code.
    CodeOf(String, String),
    /// Only the first items of the request are done and answered, the rest with ErrorServerBusy.
    BusyFrom(usize, u64),
    /// The answer waits this long, in real time: not for simulations.
    Delay(Duration),
    /// Just before the request is carried out, the user of the mailbox with this address sets this element of the item of this id.
    Edit(String, String, String, String),
    /// The answer is this body instead, with status 200; nothing was done.
    Body(Vec<u8>),
    /// The answer's text has this in the place of that, once.
    Replace(String, String),
}

/// A SOAP fault to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoapFault {
    /// 500 by the standard; 200 is seen too.
    pub status: u16,
    /// ErrorServerBusy and the like.
    pub code: String,
    /// The words.
    pub message: String,
    /// Whether there is a `detail` with the code; else the code is only in `faultcode`.
    pub has_detail: bool,
    /// BackOffMilliseconds.
    pub back_off: Option<u64>,
}

impl EwsFault {
    /// At the n-th request of this operation, from 1, counted from now on.
    pub fn at(operation: &str, nth: u64, act: EwsAct) -> Self {
        Self { operation: Some(operation.to_owned()), nth, left: Some(1), act, seen: 0 }
    }

    /// At the n-th request of any kind, from 1, counted from now on. Those answered 401 do not count.
    pub fn at_request(nth: u64, act: EwsAct) -> Self {
        Self { operation: None, nth, left: Some(1), act, seen: 0 }
    }

    /// It happens this many times: from then on, every time.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.left = Some(times);
        self
    }

    /// It never stops happening.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.left = None;
        self
    }
}

impl SoapFault {
    /// With status 500 and a detail, as Exchange has it.
    pub fn new(code: &str, message: &str) -> Self {
        Self {
            status: 500,
            code: code.to_owned(),
            message: message.to_owned(),
            has_detail: true,
            back_off: None,
        }
    }
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<EwsFault>);

impl Faults {
    pub(super) fn add(&mut self, fault: EwsFault) {
        self.0.push(fault);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn left(&self) -> usize {
        self.0.len()
    }

    /// What happens to this request, which is counted by asking.
    pub(super) fn at(&mut self, operation: &str) -> Vec<EwsAct> {
        let mut acts = Vec::new();
        for fault in &mut self.0 {
            if fault.operation.as_deref().is_some_and(|own| own != operation) {
                continue;
            }
            fault.seen += 1;
            if fault.seen >= fault.nth && fault.left != Some(0) {
                acts.push(fault.act.clone());
                fault.left = fault.left.map(|left| left - 1);
            }
        }
        self.0.retain(|fault| fault.left != Some(0));
        acts
    }
}
