//! The parts of blocks that a walk goes through.

use std::{ops::Range, sync::Arc};

use super::{block::Block, ledger::Ledger, spans::Stretch};

/// Orders of one block, all of the period or all of the period before.
#[derive(Debug)]
pub struct Piece<'a> {
    pub block: &'a Block,
    /// The block's place among all.
    pub at: usize,
    pub orders: Range<usize>,
    pub is_before: bool,
}

/// The parts of blocks that lie in the stretches, those of the period before apart.
pub fn pieces<'a>(
    ledger: &'a Ledger,
    stretches: &[Stretch],
    period_from: Option<i64>,
) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    for stretch in stretches {
        let (before, within) = cut(*stretch, period_from);
        pieces.extend(pieces_of(ledger, before, true));
        pieces.extend(pieces_of(ledger, within, false));
    }
    pieces
}

/// What of a stretch comes before an instant, and the rest.
fn cut((from, to): Stretch, at: Option<i64>) -> (Stretch, Stretch) {
    let at = at.map_or(from, |at| at.clamp(from, to));
    ((from, at), (at, to))
}

fn pieces_of(
    ledger: &Ledger,
    (from, to): Stretch,
    is_before: bool,
) -> impl Iterator<Item = Piece<'_>> {
    let first = ledger.blocks.partition_point(|it| it.times().1 < from);
    let blocks = ledger.blocks.iter().enumerate().skip(first);
    let blocks = blocks.take_while(move |(_, it)| it.times().0 < to);
    let orders = move |block: &'_ Arc<Block>| {
        let start = block.time.partition_point(|time| *time < from);
        let end = block.time.partition_point(|time| *time < to);
        start..end
    };
    blocks
        .map(move |(at, block)| Piece {
            block,
            at,
            orders: orders(block),
            is_before,
        })
        .filter(|piece| !piece.orders.is_empty())
}
