//! Environments that implement [`crate::Runtime`], so that a host need not.

#[cfg(feature = "portable")]
mod portable;
#[cfg(any(feature = "portable", feature = "tokio"))]
mod reach;
#[cfg(any(feature = "portable", feature = "tokio"))]
mod start;
#[cfg(feature = "tokio")]
mod tokio;

#[cfg(feature = "portable")]
pub use self::portable::PortableRuntime;
#[cfg(feature = "tokio")]
pub use self::tokio::TokioRuntime;

#[cfg(any(feature = "portable", feature = "tokio"))]
fn time_of_day() -> chrono::DateTime<chrono::Utc> {
    std::time::SystemTime::now().into()
}
