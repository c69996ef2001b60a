//! COMPRESS=DEFLATE, with flate2 as the other side.

use crate::{
    pipe::Script,
    world::{World, exchange, text},
};
use bytes::Bytes;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use omm_core::host::Connection;
use omm_net::{Turn, Wire};
use std::sync::{Arc, Mutex};

fn deflated(plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(plain.len() + 1024);
    Compress::new(Compression::best(), false)
        .compress_vec(plain, &mut out, FlushCompress::Sync)
        .expect("deflate takes everything");
    out
}

fn wire(says: impl IntoIterator<Item = Vec<u8>>) -> (Wire, Arc<Mutex<Vec<u8>>>) {
    let heard = Arc::default();
    let script = Script { says: says.into_iter().collect(), heard: Arc::clone(&heard) };
    (Wire::from_connection(Box::new(script) as Box<dyn Connection>), heard)
}

/// Kills: a piece that is dropped when it ends in the middle of a code. The first piece came with the server's
/// agreement and is given back.
#[test]
fn a_stream_cut_anywhere_says_the_same() {
    let plain = text(700);
    let stream = deflated(&plain);
    for cut in 0..stream.len() {
        let (first, second) = stream.split_at(cut);
        let mut wire = wire([second.to_vec()]).0;
        wire.unread(Bytes::copy_from_slice(first));
        let mut wire = wire.start_deflate();
        let got = World::new([]).run(exchange(&mut wire, plain.len()));
        assert!(got == plain, "cut at {cut}");
    }
    let bytes = stream.iter().map(|byte| vec![*byte]);
    let mut wire = wire(bytes).0.start_deflate();
    assert!(World::new([]).run(exchange(&mut wire, plain.len())) == plain, "byte by byte");
}

/// Kills: output that waits inside for room, for ever, since no input follows; and pieces without a bound.
#[test]
fn a_little_that_says_much_is_told_in_pieces_to_its_end() {
    // The last is a little more than fits beside its own compressed form into what is left of the buffer.
    for much in [3_000_000, 100_000, (64 << 10) - 6] {
        let mut stream = deflated(&vec![b'.'; much]);
        // The mark of the flush says nothing; with it, there would be input left at the end.
        stream.truncate(stream.len() - 4);
        let mut wire = wire([stream]).0.start_deflate();
        World::new([]).run(async {
            let mut got = 0;
            while got < much {
                let Turn::Arrived(bytes) = wire.turn(0).await.expect("a good stream") else {
                    panic!("nothing was queued, nobody hung up")
                };
                assert!(bytes.len() <= 64 << 10);
                got += bytes.len();
            }
            assert_eq!(got, much);
        });
        assert!(wire.traffic().received_bytes < 10_000);
    }
}

/// Kills: a command that stays in the compressor while both sides wait; and bursts that are not one stream.
#[test]
fn what_is_drained_can_be_inflated_at_once() {
    let (wire, heard) = wire([]);
    let mut wire = wire.start_deflate();
    let mut peer = Decompress::new(false);
    let (mut at, mut sent) = (0, Vec::new());
    for size in [1, 10, 5, 32 << 10, 100_000, 33 << 10, 1] {
        let burst = text(size);
        burst.chunks(3_000).for_each(|piece| wire.queue(Bytes::copy_from_slice(piece)));
        let turn = World::new([]).run(wire.turn(0)).expect("the script takes everything");
        assert_eq!((turn, wire.queued()), (Turn::Drained, 0));
        let heard = heard.lock().expect("no panic holds it");
        let mut plain = Vec::with_capacity(size + 64);
        peer.decompress_vec(&heard[at..], &mut plain, FlushDecompress::Sync).expect("one good stream");
        assert!(plain == burst, "a burst of {size}");
        at = heard.len();
        sent.extend_from_slice(&plain);
    }
    assert!(heard.lock().expect("no panic holds it").len() < sent.len());
}

#[test]
fn what_is_not_deflate_is_an_error_and_an_ended_stream_too() {
    let mut ended = Vec::with_capacity(64);
    Compress::new(Compression::fast(), false)
        .compress_vec(b"", &mut ended, FlushCompress::Finish)
        .expect("an empty stream");
    for bad in [b"* OK not compressed at all\r\n".to_vec(), ended] {
        let mut wire = wire([bad]).0.start_deflate();
        let error = World::new([]).run(wire.turn(0)).expect_err("no deflate");
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    }
}
