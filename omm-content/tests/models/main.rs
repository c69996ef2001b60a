//! Whatever the writers write, the readers read back as the model that it was written from.

mod calendars;
mod cards;
mod random;
