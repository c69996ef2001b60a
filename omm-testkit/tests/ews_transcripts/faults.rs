//! What was scripted to go wrong.

use crate::talk::{Bench, create, parse, server};
use omm_testkit::ews::{EwsAct, EwsFault, Fault, SoapFault};

const TWO: &str =
    "<t:Message><t:Subject>one</t:Subject></t:Message><t:Message><t:Subject>two</t:Subject></t:Message>";

fn bench(act: EwsAct) -> Bench {
    Bench::new(server().fault(EwsFault::at("CreateItem", 1, act)))
}

fn stored(bench: &Bench) -> usize {
    bench.server.mailbox("ann@example.com").items("inbox").len()
}

#[test]
fn answers_that_are_lost_after_the_effect_and_before() {
    for (act, effect) in
        [(EwsAct::LoseAnswer, 2), (EwsAct::Cut(0), 2), (EwsAct::Cut(300), 2), (EwsAct::Close, 0)]
    {
        let bench = bench(act.clone());
        assert!(bench.try_reply(&create("inbox", TWO)).is_none(), "{act:?}");
        assert_eq!(stored(&bench), effect, "{act:?}");
        assert_eq!(bench.server.faults_left(), 0);
        assert_eq!(bench.reply(&create("inbox", TWO)).status, 200, "{act:?}");
    }
}

#[test]
fn faults_of_every_shape() {
    let plain = SoapFault::new("ErrorInternalServerError", "no");
    let busy = SoapFault { back_off: Some(7000), ..SoapFault::new("ErrorServerBusy", "busy") };
    let bare = SoapFault { has_detail: false, status: 200, ..plain.clone() };
    for (fault, status, code, faultcode) in [
        (plain, 500, "ErrorInternalServerError", "a:ErrorInternalServerError"),
        (busy, 500, "ErrorServerBusy", "a:ErrorServerBusy"),
        (bare, 200, "", "a:ErrorInternalServerError"),
    ] {
        let bench = bench(EwsAct::Soap(fault));
        let reply = bench.reply(&create("inbox", TWO));
        let root = parse(&reply.body);
        assert_eq!(
            (reply.status, root.text("ResponseCode"), root.text("faultcode")),
            (status, code, faultcode)
        );
        assert_eq!(stored(&bench), 0);
        if code == "ErrorServerBusy" {
            assert_eq!(
                (root.attribute("Value", "Name"), root.text("Value")),
                ("BackOffMilliseconds", "7000")
            );
        }
    }
    let bench = bench(EwsAct::Status(503, vec![("Retry-After".to_owned(), "3".to_owned())]));
    let reply = bench.reply(&create("inbox", TWO));
    assert_eq!((reply.status, reply.header("retry-after"), stored(&bench)), (503, Some("3"), 0));
}

#[test]
fn single_items_of_a_batch_fail() {
    for (act, codes, effect) in [
        (EwsAct::Code(Some(1), "ErrorItemSave".to_owned()), ["NoError", "ErrorItemSave"], 1),
        (
            EwsAct::Code(None, "ErrorQuotaExceeded".to_owned()),
            ["ErrorQuotaExceeded", "ErrorQuotaExceeded"],
            0,
        ),
        (EwsAct::BusyFrom(0, 5), ["ErrorServerBusy", "ErrorBatchProcessingStopped"], 0),
        (EwsAct::BusyFrom(1, 5), ["NoError", "ErrorServerBusy"], 1),
    ] {
        let bench = bench(act.clone());
        assert_eq!(bench.ask(&create("inbox", TWO)).codes(), codes, "{act:?}");
        assert_eq!(stored(&bench), effect, "{act:?}");
        let logged = bench.server.requests();
        assert_eq!(
            (logged[0].operation.as_str(), logged[0].count, logged[0].codes.len()),
            ("CreateItem", 2, 2)
        );
    }
}

#[test]
fn connections_are_cut_at_a_byte() {
    let bench = Bench::new(server());
    bench.server.byte_fault(Fault::close_after_received(200));
    assert!(bench.try_reply(&create("inbox", TWO)).is_none());
    assert_eq!(stored(&bench), 0);
    bench.server.byte_fault(Fault::close_after_sent(200));
    assert!(bench.try_reply(&create("inbox", TWO)).is_none());
    assert_eq!(stored(&bench), 2);
}
