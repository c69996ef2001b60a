//! Check-ups: what works between us and an account, or a pair of them, before anything is copied.

use super::Omm;
use omm_core::{
    checkup::{Check, Finding, examine_destination, examine_source},
    engine::Plan,
    error::{Result, Side},
    options::Options,
    seam::AccountSpec,
};

impl Omm {
    /// Looks at an account that is to be read: the way to it, the login, every folder. Reads no body, changes nothing,
    /// repeats nothing. What cannot be done is a finding, and what needs it is not tried.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connections.
    pub async fn check_up_source(&self, account: &AccountSpec) -> Vec<Finding> {
        let (mut findings, account) = match self.way_to(account, Side::Source).await {
            Ok(way) => way,
            Err(findings) => return findings,
        };
        match self.source(&account).await {
            Ok(source) => {
                findings.extend(examine_source(&*source, self.env()).await);
                // How it ends changes nothing.
                let _ = source.close().await;
            }
            Err(error) => findings.push(Finding::bad(Check::Address, &error)),
        }
        findings
    }

    /// Looks at an account that is to be written: the way to it, the login, what it takes. Makes a folder there and removes
    /// it again; stores no item.
    ///
    /// # Cancel safety
    /// Dropping the future may leave an empty folder whose name begins with "OMM check-up".
    pub async fn check_up_destination(&self, account: &AccountSpec) -> Vec<Finding> {
        let (mut findings, account) = match self.way_to(account, Side::Destination).await {
            Ok(way) => way,
            Err(findings) => return findings,
        };
        match self.open_destination(&account).await {
            Ok(destination) => {
                findings.extend(examine_destination(&*destination, self.env()).await);
                let _ = destination.close().await;
            }
            Err(error) => findings.push(Finding::bad(Check::Address, &error)),
        }
        findings
    }

    /// What this pair can carry, with these options. Both accounts are logged in to, and nothing is written.
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

    /// The account in its normal form and the way to it; when something about it is bad, the way alone.
    async fn way_to(
        &self,
        account: &AccountSpec,
        side: Side,
    ) -> Result<(Vec<Finding>, AccountSpec), Vec<Finding>> {
        let account =
            self.normal(account).await.map_err(|error| vec![Finding::bad(Check::Address, &error)])?;
        let mut findings = vec![Finding::good(Check::Address, account.label())];
        match self.examine(&account, side).await {
            Ok(way) => findings.extend(way),
            Err(error) => findings.push(Finding::bad(Check::Address, &error)),
        }
        if findings.iter().any(Finding::is_bad) { Err(findings) } else { Ok((findings, account)) }
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
        findings.push(remark(format!("{} folders get another name; `omm plan` says which", plan.renamed)));
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
