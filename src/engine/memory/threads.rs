//! The threads that count.

use std::sync::Once;

use rayon::ThreadPoolBuilder;

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
