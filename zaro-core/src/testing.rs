//! For the tests of all three crates: a database of one's own, a clock that stands still, ports in memory.

mod counters;
mod database;
pub mod pictures;
mod ports;
pub mod process;
mod world;

pub use counters::execute;
pub use database::TestDb;
pub use ports::{AwayTokenStore, MailBehaviour, MemoryMailer, MemoryObjects, NoIdentity, NoSearch};
pub use world::{PASSWORD, World};
