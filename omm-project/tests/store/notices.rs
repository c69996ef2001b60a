//! The secrets of a project itself: of its mail server and its webhook.

use crate::world::{World, holds, key};
use futures::executor::block_on;
use omm_core::{error::ErrorKind, host::Secret};
use omm_project::{
    project::{Kept, Mail, MailServer, ProjectId, Webhook},
    sealed::{Field, KeyRing, Place, Sealed, open},
    store::rotate,
};

const WORD: &str = "canary-of-the-mail-server";
const SECRET: &str = "whsec_canary-of-the-webhook";
const URL: &str = "https://panel.example.org/hook?token=canary-of-the-url";

fn sealed(world: &World, id: &ProjectId) -> [Sealed; 3] {
    let project = block_on(world.projects.project(id)).expect("the store works").expect("it is there");
    let notices = project.options.notices;
    match (notices.mail, notices.webhook.map(|webhook| (webhook.secret, webhook.url))) {
        (
            Mail::Server(MailServer { password: Kept::Sealed(word), .. }),
            Some((Kept::Sealed(secret), Kept::Sealed(url))),
        ) => [word, secret, url],
        other => panic!("{other:?}"),
    }
}

// Would catch: a password of a mail server or the token of a webhook in the database, one that opens elsewhere, and one that is lost with an old key.
#[test]
fn they_lie_sealed_and_get_another_key_with_the_others() {
    let world = World::new();
    let (id, other) = (world.nobodys(), world.nobodys());
    let (old, new) = (key("old"), key("new"));
    let seal = |field, word: &str| {
        Kept::Sealed(old.seal(Place::of_project(&id, field), &Secret::new(word.to_owned())).unwrap())
    };
    let mut project = block_on(world.projects.project(&id)).unwrap().unwrap();
    let mut server = MailServer::parse("smtps://omm@mail.example.org", "noreply@example.org").unwrap();
    server.password = seal(Field::MailPassword, WORD);
    project.options.notices.mail = Mail::Server(server);
    let mut webhook = Webhook::new("https://panel.example.org", seal(Field::WebhookSecret, SECRET));
    webhook.url = seal(Field::WebhookUrl, URL);
    project.options.notices.webhook = Some(webhook);
    assert!(project.check().is_empty() && project.options.notices.holds_secrets());
    block_on(world.projects.change(&project, &world.host())).unwrap();

    let both = KeyRing::new(new.clone()).with_older(old);
    let told = |rotated: omm_project::store::Rotated| (rotated.resealed, rotated.current, rotated.lost);
    assert_eq!(told(block_on(rotate(&*world.projects, &both, &world.host())).unwrap()), (3, 0, 0));
    assert_eq!(told(block_on(rotate(&*world.projects, &both, &world.host())).unwrap()), (0, 3, 0));
    let [word, secret, url] = sealed(&world, &id);
    let opened = |id, field, sealed| {
        let keys = KeyRing::new(new.clone());
        block_on(open(&keys, Place::of_project(id, field), sealed)).map(|secret| secret.expose().to_owned())
    };
    assert_eq!(opened(&id, Field::MailPassword, &word).unwrap(), WORD);
    assert_eq!(opened(&id, Field::WebhookSecret, &secret).unwrap(), SECRET);
    assert_eq!(opened(&id, Field::WebhookUrl, &url).unwrap(), URL);
    for moved in [opened(&other, Field::MailPassword, &word), opened(&id, Field::WebhookSecret, &word)] {
        assert_eq!(moved.unwrap_err().kind(), ErrorKind::Credentials);
    }
    assert!(!holds(&world.dump(), "canary"));
}
