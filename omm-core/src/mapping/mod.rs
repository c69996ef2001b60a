//! Pure: which source folder goes to which destination folder.
