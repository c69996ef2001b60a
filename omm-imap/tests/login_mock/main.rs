//! Coming in: TLS, mechanisms, wrong passwords, and connections that the server has closed, on a server in memory.

mod changed;
mod delegation;
mod idle;
mod mechanisms;
mod protection;
mod renewal;
mod tokens;
mod vault;
mod whole;
mod world;
