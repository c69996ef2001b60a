//! Time since a moment, the time that the machine slept included.

use std::time::Duration;

/// A moment. Whoever holds something for a minute and whose machine sleeps for an hour in between has lost it, and must know so
/// at once when it wakes up: on Linux the usual clock of a process would stand still meanwhile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start(Duration, #[cfg(not(target_os = "linux"))] std::time::Instant);

impl Start {
    pub(super) fn now() -> Self {
        #[cfg(target_os = "linux")]
        return Self(since_boot());
        #[cfg(not(target_os = "linux"))]
        return Self(Duration::ZERO, std::time::Instant::now());
    }

    pub(super) fn elapsed(self) -> Duration {
        #[cfg(target_os = "linux")]
        return since_boot().saturating_sub(self.0);
        #[cfg(not(target_os = "linux"))]
        return self.0 + self.1.elapsed();
    }
}

#[cfg(target_os = "linux")]
fn since_boot() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let nanos = u32::try_from(now.tv_nsec).unwrap_or_default();
    Duration::new(u64::try_from(now.tv_sec).unwrap_or_default(), nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: a clock that stands still, or runs at another speed.
    #[test]
    fn it_goes_on() {
        let start = Start::now();
        let begun = std::time::Instant::now();
        while begun.elapsed() < Duration::from_millis(2) {}
        let (passed, most) = (start.elapsed(), begun.elapsed() + Duration::from_secs(60));
        assert!(passed >= Duration::from_millis(1) && passed < most, "{passed:?}");
    }
}
