//! Items put together to one file, written as they come: [`Ics`] and [`Vcf`].
//!
//! Read again, the file gives the same items byte for byte, as long as no two of them define one TZID differently: then
//! the second definition goes by another name, in the file and in what uses it.

mod ics;
mod vcf;

pub use ics::Ics;
pub use vcf::Vcf;
