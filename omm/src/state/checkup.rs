//! Check-ups: what works between us and an account, or a pair of them, before anything is copied.

use super::Omm;
use omm_core::{
    checkup::{Check, Finding, examine_destination, examine_source},
    engine::Plan,
    error::{Error, Side},
    options::Options,
    seam::AccountSpec,
};

/// What a check-up of one account found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckUp {
    /// The steps, in the order in which one needs the other.
    pub findings: Vec<Finding>,
    /// The account in its normal form, with what was learned about it: whoever goes on with this need not find it out
    /// again.
    pub account: AccountSpec,
}

impl CheckUp {
    /// Whether nothing is bad.
    pub fn is_well(&self) -> bool {
        !self.findings.iter().any(Finding::is_bad)
    }

    fn failed(mut self, check: Check, error: &Error) -> Self {
        self.findings.push(Finding::bad(check, error));
        self
    }
}

impl Omm {
    /// Looks at an account that is to be read: the way to it, the login, every folder. Reads no body, changes nothing,
    /// repeats nothing. What cannot be done is a finding, and what needs it is not tried.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connections.
    pub async fn check_up_source(&self, account: &AccountSpec) -> CheckUp {
        let mut found = self.way_to(account, Side::Source).await;
        if !found.is_well() {
            return found;
        }
        match self.source(&found.account).await {
            Ok(source) => {
                found.findings.extend(examine_source(&*source, self.env()).await);
                // How it ends changes nothing.
                let _ = source.close().await;
                found
            }
            Err(error) => found.failed(Check::Address, &error),
        }
    }

    /// Looks at an account that is to be written: the way to it, the login, what it takes. Makes a folder there and removes
    /// it again; stores no item.
    ///
    /// # Cancel safety
    /// Dropping the future may leave an empty folder whose name begins with "OMM check-up".
    pub async fn check_up_destination(&self, account: &AccountSpec) -> CheckUp {
        let mut found = self.way_to(account, Side::Destination).await;
        if !found.is_well() {
            return found;
        }
        match self.open_destination(&found.account).await {
            Ok(destination) => {
                found.findings.extend(examine_destination(&*destination, self.env()).await);
                let _ = destination.close().await;
                found
            }
            Err(error) => found.failed(Check::Address, &error),
        }
    }

    /// What this pair can carry, with these options. Both accounts are logged in to, and nothing is written. Give it
    /// [`CheckUp::account`] of both sides.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connections.
    pub async fn check_up_pair(
        &self,
        source: &AccountSpec,
        destination: &AccountSpec,
        options: Options,
    ) -> Vec<Finding> {
        match self.plan(source, destination, options).await {
            Ok(plan) => carried(&plan),
            Err(error) => vec![Finding::bad(Check::Pair, &error)],
        }
    }

    /// The account in its normal form and the way to it.
    async fn way_to(&self, account: &AccountSpec, side: Side) -> CheckUp {
        let mut found = CheckUp { findings: Vec::new(), account: account.clone() };
        match self.normal(account, side).await {
            Ok(account) => found.account = account,
            Err(error) => return found.failed(Check::Address, &error),
        }
        found.findings.push(Finding::good(Check::Address, found.account.label()));
        match self.examine(&found.account, side).await {
            Ok(examined) => {
                found.findings.extend(examined.findings);
                found.account.learned.extend(examined.learned.settings);
                found
            }
            Err(error) => found.failed(Check::Address, &error),
        }
    }
}

/// A plan as findings.
fn carried(plan: &Plan) -> Vec<Finding> {
    let folders = plan.folders.iter().filter(|folder| folder.target.is_some()).count();
    let detail =
        format!("{} items in {folders} folders, {} MiB, are to be copied", plan.items, plan.bytes >> 20);
    let mut findings = vec![Finding::good(Check::Pair, detail)];
    let remark = |detail: String| Finding::remark(Check::Pair, detail);
    findings.extend(
        plan.left_out.iter().map(|(reason, items)| remark(format!("{items} are left out: {reason}"))),
    );
    if plan.renamed > 0 {
        findings.push(remark(format!("{} folders get another name; a plan says which", plan.renamed)));
    }
    if plan.keywords_lost > 0 {
        let items = plan.keywords_lost;
        findings.push(remark(format!("{items} items have keywords for which the destination has no room")));
    }
    findings.extend(plan.notes.iter().map(|note| remark(note.clone())));
    findings
        .extend(plan.blockers.iter().map(|blocker| Finding::blocked(Check::Pair, blocker.message.clone())));
    findings
}
