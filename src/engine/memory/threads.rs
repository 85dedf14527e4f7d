//! The threads that count.

use std::sync::{Arc, LazyLock, Once};

use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a request has cost up to which it is a short one, in orders: a few tenths of a second.
const SHORT: usize = 200_000_000;

/// Where passes are counted: what takes long has threads of its own, so that the kernel
/// gives what is short its fair share of every core meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    Short,
    Long,
}

/// Whoever comes first is served first in each lane. Left to the pool, a thread that waits
/// for others would begin with somebody else's passes, and those who came first would wait
/// for those who came last.
struct Turns {
    short: Arc<Semaphore>,
    long: Arc<Semaphore>,
}

static TURNS: LazyLock<Turns> = LazyLock::new(|| {
    let turns = || Arc::new(Semaphore::new(rayon::current_num_threads()));
    Turns {
        short: turns(),
        long: turns(),
    }
});

/// The threads of the long lane; `None` where they cannot be started.
static LONG: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let threads = ThreadPoolBuilder::new()
        .num_threads(rayon::current_num_threads())
        .thread_name(|number| format!("counting-long-{number}"))
        .start_handler(stay);
    threads.build().ok()
});

/// The lane of a request that has cost so much, with what it asks for now.
pub fn lane_of(cost: usize) -> Lane {
    if cost <= SHORT {
        Lane::Short
    } else {
        Lane::Long
    }
}

impl Lane {
    /// Waits until it may begin; others may when this is dropped.
    pub async fn turn(self) -> Option<OwnedSemaphorePermit> {
        let turns = match self {
            Self::Short => &TURNS.short,
            Self::Long => &TURNS.long,
        };
        // Never closed.
        Arc::clone(turns).acquire_owned().await.ok()
    }

    /// Runs this on the lane's threads.
    pub fn spawn(self, count: impl FnOnce() + Send + 'static) {
        let threads = match self {
            Self::Short => None,
            Self::Long => LONG.as_ref(),
        };
        match threads {
            Some(threads) => threads.spawn(count),
            None => rayon::spawn(count),
        }
    }
}

/// Starts a thread for each core, on which it stays, unless they run already.
///
/// All of them together count for a few milliseconds, and then sleep. Left to the kernel, two
/// may be woken on the same core and take turns there, while another one has nothing to do.
pub fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let threads = ThreadPoolBuilder::new()
            .thread_name(|number| format!("counting-{number}"))
            .start_handler(stay);
        // A program that this library is a part of may have started them in its own way.
        drop(threads.build_global());
    });
}

/// Has this thread stay on a core of its own, where there is one for each thread. Fewer threads
/// than cores come of a container's quota, say: all containers would choose the same cores.
#[cfg(target_os = "linux")]
fn stay(number: usize) {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let Ok(allowed) = sched_getaffinity(None) else {
        return;
    };
    let mut cores = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core));
    if cores.clone().count() != rayon::current_num_threads() {
        return;
    }
    if let Some(core) = cores.nth(number) {
        let mut only = CpuSet::new();
        only.set(core);
        // A thread that may not stay counts all the same.
        let _ = sched_setaffinity(None, &only);
    }
}

/// Other systems do not say how, or do not take it for more than a hint.
#[cfg(not(target_os = "linux"))]
fn stay(_number: usize) {}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::collections::HashSet;

    use rustix::thread::{CpuSet, sched_getaffinity};

    use super::*;

    /// The cores that each of so many threads may run on.
    fn cores_of(threads: usize) -> Vec<Vec<usize>> {
        let threads = ThreadPoolBuilder::new()
            .num_threads(threads)
            .start_handler(stay);
        threads.build().unwrap().broadcast(|_| cores())
    }

    fn cores() -> Vec<usize> {
        let allowed = sched_getaffinity(None).unwrap();
        (0..CpuSet::MAX_CPU)
            .filter(|core| allowed.is_set(*core))
            .collect()
    }

    #[test]
    fn each_thread_stays_on_a_core_where_there_are_as_many() {
        let all = cores();
        let each: HashSet<Vec<usize>> = cores_of(all.len()).into_iter().collect();
        assert_eq!(each, all.iter().map(|core| vec![*core]).collect());
    }

    #[test]
    fn other_numbers_of_threads_may_run_anywhere() {
        let all = cores();
        let number = all.len() + 1;
        assert_eq!(cores_of(number), vec![all; number]);
    }
}
