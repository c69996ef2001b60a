mod lots;
mod recorded;
