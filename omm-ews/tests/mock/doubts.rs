//! What came of what was sent, where the server left it open: nothing is sent again that may be there, and nothing is taken for
//! another.

use crate::{
    native::{count, is_ours, items, killed, run},
    on_mock::{beside, between},
    world::{ANN, server},
};
use omm_core::engine::Level;
use omm_testkit::{
    ews::{EwsAct, EwsFault, MockEws, MockMailbox, SoapFault},
    mailbox::plain,
    step_stop::Time,
};

fn code(operation: &str, at: Option<usize>, code: &str) -> EwsFault {
    EwsFault::at(operation, 1, EwsAct::Code(at, code.to_owned()))
}

/// Kills: a batch that is sent again unseen, since its second half was refused: of the first half nobody knows what came.
#[test]
fn a_busy_answer_behind_a_half_that_is_in_doubt() {
    let from = server();
    from.mailbox(ANN).fill(&plain(1, 1, 60));
    let busy = SoapFault { back_off: Some(1_000), ..SoapFault::new("ErrorServerBusy", "later") };
    // What was uploaded can be neither stamped nor deleted.
    let to = server()
        .fault(code("UpdateItem", None, "ErrorCorruptData"))
        .fault(code("DeleteItem", None, "ErrorCorruptData"))
        .fault(EwsFault::at("UploadItems", 2, EwsAct::Soap(busy)));
    let world = between(from, to);
    run(&world);
    assert_eq!(world.destination.server.faults_left(), 0, "it was busy behind the half");
    assert_eq!(items(&world.destination.account()).len(), 60);
}

const TITLE: &str = "JobTitle";

/// Two contacts of one search key, of which the second was changed.
fn namesakes() -> MockEws {
    let server = server();
    let account = server.mailbox(ANN);
    let first = account.add_xml("contacts", "<t:Contact><t:DisplayName>Twin</t:DisplayName></t:Contact>");
    let second = account.duplicate(&first, "contacts");
    account.set(&second, TITLE, "of the second");
    server
}

fn titles(account: &MockMailbox) -> Vec<Option<String>> {
    let contacts = account.items("contacts");
    let mut titles: Vec<_> = contacts.iter().map(|item| item.text(TITLE).map(str::to_owned)).collect();
    titles.sort();
    titles
}

/// Kills: a copy that is given to the first who may be it, and the first is lost.
#[test]
fn what_cannot_be_told_apart_is_nobodys() {
    let world = between(namesakes(), server().fault(code("UploadItems", Some(0), "ErrorTimeoutExpired")));
    world.choose(|options| options.adopt = false);
    killed(&world, "FindItem", 1, false);
    let there = world.destination.account();
    let copy = there.items("contacts").pop().expect("the second was made").id;
    there.set(&copy, TITLE, "of its user");
    run(&world);
    let wanted = [None, Some("of its user"), Some("of the second")];
    assert_eq!(titles(&there), wanted.map(|title| title.map(str::to_owned)));
    let left = there.item(&copy).expect("it is its user's");
    assert!(!left.properties.iter().any(is_ours), "nor is it stamped");
}

/// Kills: another migration's copy that is taken for what was never sent, since it has its key.
#[test]
fn what_another_migration_stamped_is_its_own() {
    let from = server();
    let account = from.mailbox(ANN);
    let one = account.add_xml("contacts", "<t:Contact><t:DisplayName>One</t:DisplayName></t:Contact>");
    let first = between(from, server());
    first.choose(|options| options.adopt = false);
    killed(&first, "UploadItems", 1, false);
    account.set(&one, TITLE, "changed meanwhile");
    let second = beside(&first);
    second.choose(|options| options.adopt = false);
    run(&second);
    run(&first);
    assert_eq!(count(&first.destination.server, "UploadItems"), 3);
    assert_eq!(titles(&first.destination.account()), vec![Some("changed meanwhile".to_owned()); 2]);
    for world in [&first, &second] {
        let looked = world.clock.run(world.migration().verify(Level::ReadBack)).expect("a look");
        assert_eq!((looked.copies, looked.good), (1, 1), "{looked:?}");
    }
}
