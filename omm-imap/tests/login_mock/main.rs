//! Coming in: TLS, mechanisms, wrong passwords, and connections that the server has closed, on a server in memory.

mod idle;
mod mechanisms;
mod protection;
mod whole;
mod world;
