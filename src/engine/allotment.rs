//! What a request may hold while it is counted, in bytes, and whether anybody waits for it.
//!
//! What is counted grows with the data, not with the query: a few words can ask for a
//! row for each of a million customers, forty times. So whoever counts says what it
//! holds as that grows, and stops as soon as it is too much or nobody waits any more.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// So many times what one request may hold is what all of them together may.
pub const REQUESTS: usize = 4;

/// Why counting has stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// The request would hold more than it may.
    #[error("what is counted would take more than {0} bytes")]
    TooMuch(usize),
    /// All requests together hold as much as they may.
    #[error("all requests together hold as much as they may")]
    Busy,
    /// Nobody waits for it any more.
    #[error("nobody waits for it any more")]
    Left,
}

/// Bytes that may be held, and how many are.
#[derive(Debug)]
pub struct Allotment {
    most: usize,
    held: AtomicUsize,
    /// What is held of this is held of that, too.
    part_of: Option<Arc<Allotment>>,
}

impl Allotment {
    /// What all requests may hold where one may hold so many bytes.
    #[must_use]
    pub fn of_all_requests(most_of_one: usize) -> Arc<Self> {
        Arc::new(Self {
            most: most_of_one.saturating_mul(REQUESTS),
            held: AtomicUsize::new(0),
            part_of: None,
        })
    }

    /// What one request may hold.
    #[must_use]
    pub fn of_one_request(all: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self {
            most: all.most / REQUESTS,
            held: AtomicUsize::new(0),
            part_of: Some(Arc::clone(all)),
        })
    }

    /// Nothing held yet, given back when it is dropped.
    #[must_use]
    pub fn hold(self: &Arc<Self>) -> Hold {
        Hold {
            of: Arc::clone(self),
            bytes: AtomicUsize::new(0),
            is_left: AtomicBool::new(false),
        }
    }

    /// Holds so much more, also where it is too much: then `check` says so.
    fn add(&self, bytes: usize) {
        self.held.fetch_add(bytes, Ordering::Relaxed);
        if let Some(all) = &self.part_of {
            all.add(bytes);
        }
    }

    fn give_back(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
        if let Some(all) = &self.part_of {
            all.give_back(bytes);
        }
    }

    fn is_exceeded(&self) -> bool {
        self.held.load(Ordering::Relaxed) > self.most
    }

    fn check(&self) -> Result<(), Stopped> {
        if self.is_exceeded() {
            return Err(Stopped::TooMuch(self.most));
        }
        match &self.part_of {
            Some(all) if all.is_exceeded() => Err(Stopped::Busy),
            _ => Ok(()),
        }
    }
}

/// What one piece of work holds of an allotment.
#[derive(Debug)]
pub struct Hold {
    of: Arc<Allotment>,
    bytes: AtomicUsize,
    is_left: AtomicBool,
}

impl Hold {
    /// Holds so many bytes more.
    ///
    /// # Errors
    /// When it has to stop.
    pub fn take(&self, bytes: usize) -> Result<(), Stopped> {
        if bytes > 0 {
            self.bytes.fetch_add(bytes, Ordering::Relaxed);
            self.of.add(bytes);
        }
        self.check()
    }

    /// Whether so many bytes, not held yet, are no more than one request may hold.
    ///
    /// # Errors
    /// When they are.
    pub fn check_room(&self, bytes: usize) -> Result<(), Stopped> {
        let most = self.of.most;
        (bytes <= most).then_some(()).ok_or(Stopped::TooMuch(most))
    }

    /// Whether the work may go on.
    ///
    /// # Errors
    /// When it has to stop.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.is_left.load(Ordering::Relaxed) {
            return Err(Stopped::Left);
        }
        self.of.check()
    }

    /// Nobody waits for the work any more.
    pub fn leave(&self) {
        self.is_left.store(true, Ordering::Relaxed);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.of.give_back(*self.bytes.get_mut());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_holds_as_much_as_it_may_and_no_more() {
        let all = Allotment::of_all_requests(100);
        let one = Allotment::of_one_request(&all);
        let (first, second) = (one.hold(), one.hold());
        assert_eq!(first.take(60), Ok(()));
        assert_eq!(second.take(41), Err(Stopped::TooMuch(100)));
        drop(second);
        assert_eq!(first.check(), Ok(()));
        assert_eq!(first.take(40), Ok(()));
    }

    #[test]
    fn all_requests_together_hold_as_much_as_four_may() {
        let all = Allotment::of_all_requests(100);
        let holds: Vec<Hold> = (0..5)
            .map(|_| Allotment::of_one_request(&all).hold())
            .collect();
        for hold in &holds[..4] {
            assert_eq!(hold.take(100), Ok(()));
        }
        assert_eq!(holds[4].take(1), Err(Stopped::Busy));
        drop(holds);
        assert_eq!(Allotment::of_one_request(&all).hold().take(100), Ok(()));
    }

    #[test]
    fn work_that_nobody_waits_for_stops() {
        let all = Allotment::of_all_requests(100);
        let hold = Allotment::of_one_request(&all).hold();
        hold.leave();
        assert_eq!(hold.take(0), Err(Stopped::Left));
    }
}
