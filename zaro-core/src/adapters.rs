//! Implementations of the ports. Only [`crate::context`] names them.

pub mod embedded;
pub mod export_dir;
pub mod in_process;
pub mod kakao;
pub mod local_dir;
pub mod message;
pub mod outbox_dir;
#[cfg(feature = "smtp")]
pub mod smtp;
